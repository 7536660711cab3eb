"""Names in Cyrillic, Devanagari and Vietnamese letters, full names of Japan and Korea beside words.

By how such names are built: the lexicon of given and family names cannot list them all.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from weir.schemas import detect as facts
from weir.transforms.detect.naming import NEIGHBOURS, Person, is_title
from weir.transforms.detect.worth import Word

_FAMILY = re.compile(
    r"[а-яёіїєґ'’-]{2,20}(?:енко|[ое]в|ёв|[ое]ва|ский|ская|цкий|цкая|ський|ська|цький|цька|швили|адзе)"
)
_CAPITAL_FAMILY = re.compile(
    r"[А-ЯЁІЇЄҐ][а-яёіїєґ'’-]{2,20}(?:ин|ын|ина|ына|чук|щук|[ую]к|ко|ян|янц|ец|ой|их|ых|ич)"
)
_PATRONYMIC = re.compile(r"[а-яёіїє]{2,14}(?:ович|евич|овна|евна|инична|ьич|івна|ївна|йович)")
_SIGNS = re.compile(r"[\u3400-\u9fff々]+|[\uac00-\ud7af]+")
_DEVANAGARI = re.compile(r"[\u0900-\u0963\u0970-\u097f]+")


def of_other_scripts(text: str, words: list[Word]) -> Iterator[Person]:
    """Names in the scripts above; nothing in an ASCII text."""
    if text.isascii():
        return
    yield from _cyrillic(text, words)
    yield from _vietnamese(text, words)
    yield from _signs(text)
    yield from _devanagari(text)


def _cyrillic(text: str, words: list[Word]) -> Iterator[Person]:
    """A given name beside a family name or a patronymic, either first: Мельниченко Игорь."""
    for i, (a, b) in enumerate(pairwise(words)):
        if text[a.end : b.start] not in (" ", "+", "_", "-", "  "):
            continue
        if f"{a.folded} {b.folded}" in facts.words("not_people"):
            continue
        for given, other in ((a, b), (b, a)):
            fits = _is_given(given) and (_is_family(other) or (other is b and _is_of_father(b)))
            if fits:
                start, end = a.start, b.end
                if other is b and _is_of_father(b):
                    start, end = _around(text, words, i)
                yield Person(start, end, 0.6, "a given name beside one built as families' are")
                break


def _around(text: str, words: list[Word], i: int) -> tuple[int, int]:
    """The span of a given name and a patronymic with the family name before or behind them."""
    start, end = words[i].start, words[i + 1].end
    if i and _is_family(words[i - 1]) and text[words[i - 1].end : start] == " ":
        return words[i - 1].start, end
    if i + 2 < len(words) and _is_family(words[i + 2]) and text[end : words[i + 2].start] == " ":
        return start, words[i + 2].end
    return start, end


def _is_given(word: Word) -> bool:
    if word.text in ("роман", "вера", "надежда", "мир", "слава", "лев"):
        return False  # in small letters a novel, faith, hope
    return word.given >= 1 or word.text.lower() in facts.words("cyrillic_given")


def _is_of_father(word: Word) -> bool:
    return bool(_PATRONYMIC.fullmatch(word.text.lower()))


def _is_family(word: Word) -> bool:
    """By its ending; the less telling ones with a capital, and no word of shops."""
    if word.folded in facts.words("nobody") or word.text.lower() in facts.words("cyrillic_given"):
        return False
    return bool(_FAMILY.fullmatch(word.text.lower()) or _CAPITAL_FAMILY.fullmatch(word.text))


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


_SYLLABLES = frozenset(
    "서연민준지우현은영희윤빈훈호진아혁경숙자미선예하나유채원수승태재성동건도혜린소율주형석철환규상광명옥순정병종창"
)
"""Of which most Korean given names are made."""


def _devanagari(text: str) -> Iterator[Person]:
    """One to three words before जी, or behind a greeting or a title: सुनीता अग्रवाल जी."""
    words = list(_DEVANAGARI.finditer(text))
    greetings = facts.words("devanagari_greetings")
    no_names = facts.words("devanagari_words") | greetings
    for i, word in enumerate(words):
        if word[0] == "जी" and i and words[i - 1][0] not in no_names:
            first = i - 1
            if (
                i > 1
                and words[i - 2][0] not in no_names
                and text[words[i - 2].end() : words[i - 1].start()] == " "
            ):
                first = i - 2
            yield Person(words[first].start(), words[i - 1].end(), 0.6, "a name before a title")
        elif word[0] in greetings or (i and words[i - 1][0] == "स्वागत" and word[0] == "है"):
            named: list[re.Match[str]] = []
            for behind in words[i + 1 : i + 3]:
                if behind[0] in no_names or not re.fullmatch(
                    r"[\s,!]{0,3}", text[(named or [word])[-1].end() : behind.start()]
                ):
                    break
                named.append(behind)
            if named:
                yield Person(named[0].start(), named[-1].end(), 0.6, "a name behind a greeting")
