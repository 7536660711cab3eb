"""Names of East Asia: in their own signs, of two syllables with a hyphen, of three short words.

Of those in signs the lexicon cannot list all: some are told by how they are built.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from weir.schemas import detect as facts
from weir.transforms.detect.people.honours import honoured, is_of_two_syllables
from weir.transforms.detect.people.naming import NEIGHBOURS, Person, is_title
from weir.transforms.detect.people.worth import Word, worth

_IDEOGRAMS = re.compile(
    r"[\u3400-\u9fff\uac00-\ud7af]{2,5}(?:[ ・·][\u3400-\u9fff\uac00-\ud7af]{1,4})?"
)
_SIGNS = re.compile(r"[\u3400-\u9fff々]+|[\uac00-\ud7af]+")
_CJK_FAMILY = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪"
    "田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文張劉陳楊趙黃吳孫馬羅鄭謝韓馮"
    "蕭鄧許沈曾呂蘇盧蔣賈葉閻鍾김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구"
)
_SYLLABLES = frozenset(
    "서연민준지우현은영희윤빈훈호진아혁경숙자미선예하나유채원수승태재성동건도혜린소율주형석철환규상광명옥순정병종창"
)
"""Of which most Korean given names are made."""


def of_the_east(text: str, words: list[Word]) -> Iterator[Person]:
    """Korean given names of two syllables (Seo-yeon Park, Park Geun-hye), and Vietnamese names."""
    if _families().isdisjoint([word.folded for word in words]):
        return
    for i, (a, b) in enumerate(pairwise(words)):
        third = words[i + 2] if i + 2 < len(words) else None
        if third is None or not NEIGHBOURS.fullmatch(text[b.end : third.start]):
            continue
        if not NEIGHBOURS.fullmatch(text[a.end : b.start]):
            continue
        if (
            a.folded in facts.words("vietnamese_families")
            and b.folded in facts.words("vietnamese_middles")
            and (third.given or not third.known) and len(third.text) < 7
        ):  # fmt: skip
            yield Person(a.start, third.end, 0.6, "a Vietnamese name of three words")
        for given, family in (((a, b), third), ((b, third), a)):
            if family.folded in facts.words("korean_families") and _is_two_syllables(text, *given):
                yield Person(a.start, third.end, 0.6, "a Korean name of three syllables")


@cache
def _families() -> frozenset[str]:
    return facts.words("vietnamese_families") | facts.words("korean_families")


def _is_two_syllables(text: str, a: Word, b: Word) -> bool:
    """Whether two words with a hyphen are one given name: Min-jun."""
    if text[a.end : b.start] != "-" or not all(2 <= len(w.text) <= 6 for w in (a, b)):
        return False
    joined = worth(a.folded + b.folded)
    return (joined[0] > 0 and not joined[2]) or (is_title(a) and b.text.islower())


def ideograms(text: str, telling: bool) -> Iterator[Person]:
    """Chinese, Japanese and Korean names: a family name and one to three signs."""
    if text.isascii():
        return
    names = facts.lexicon().names
    persons = facts.words("persons_in_ideograms")
    no_names = facts.words("words_in_ideograms")
    told = telling or any(word in text for word in persons)
    for match in _IDEOGRAMS.finditer(text):
        parts = [part for part in re.split(r"[ ・·]", match[0]) if part not in persons]
        run, end = "".join(parts), match.start() + len(match[0])
        if not parts or run in persons or (not telling and run in no_names):
            continue
        alone = len(match[0]) == len(text.strip())
        apart = len(parts) == 2 and len(parts[0]) <= 3 and len(parts[1]) <= 3
        expected = telling or (told and head_is_no_place(run))
        for cut in (1, 2, 3):
            head, rest = run[:cut], run[cut:]
            if not rest:
                break
            family = names.get(head, (0, 0, 0, False))[1] or (cut == 1 and head in _CJK_FAMILY)
            family = family or (cut == 2 and is_of_two_syllables(run))
            given = names.get(rest, (0, 0, 0, False))[0]
            if rest[0] >= "\uac00" and len(rest) == 1 and not telling:
                continue  # a Korean given name has two syllables
            if family and (
                given
                or ((expected or alone or (apart and told)) and len(rest) <= 2 and len(run) <= 4)
            ):
                yield Person(match.start(), end, 0.6, "a family and a given name", not told)
                break


def head_is_no_place(run: str) -> bool:
    """Of a run in signs: it does not begin with a prefecture, which is a family name as well."""
    return run[:2] not in facts.words("places_in_ideograms")


def written_whole(text: str, words: list[Word]) -> Iterator[Person]:
    """Full names that need no word beside them, by how they are built; nothing in an ASCII text."""
    if text.isascii():
        return
    yield from _vietnamese(text, words)
    yield from _signs(text)
    yield from honoured(text)


def _vietnamese(text: str, words: list[Word]) -> Iterator[Person]:
    """A common family name and two words with capitals, with marks: Trần Quốc Bảo."""
    for a, b, c in zip(words, words[1:], words[2:], strict=False):
        if (
            a.folded in facts.words("vietnamese_families")
            and f"{a.folded} {b.folded}" not in facts.words("not_people")
            and all(map(is_title, (a, b, c)))
            and sum(not w.text.isascii() for w in (a, b, c)) > 1
            and all(len(w.text) < 7 for w in (a, b, c))
            and NEIGHBOURS.fullmatch(text[a.end : b.start])
            and NEIGHBOURS.fullmatch(text[b.end : c.start])
        ):
            yield Person(a.start, c.end, 0.6, "a Vietnamese name of three words")


def _signs(text: str) -> Iterator[Person]:
    """A Japanese full name of four signs, a Korean one of three, as a word of its own."""
    for match in _SIGNS.finditer(text):
        run = match[0]
        if run[0] < "\uac00":
            is_name = (
                len(run) == 4
                and run[:2] in facts.words("japanese_families")
                and run[2:] not in facts.words("no_given_in_ideograms")
                and not run.endswith(tuple("店駅市町村県区社院校園館寺城川山橋港線丼麺鍋酒茶湯"))
            )
        else:
            is_name = (
                len(run) == 3
                and run[0] in "김이박최정강조윤장임한오서신권황안송류전홍"
                and {run[1], run[2]} <= _SYLLABLES
                and run not in facts.words("no_korean_names")
            )
        if is_name:
            yield Person(match.start(), match.end(), 0.6, "a family and a given name in one")
