"""Names in Cyrillic, Devanagari and other letters.

By how such names are built, or by a word about people before them: the lexicon of given and family
names cannot list them all.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from weir.schemas import detect as facts
from weir.transforms.detect.people.naming import Person
from weir.transforms.detect.people.worth import Word, about_people, fold

_FAMILY = re.compile(
    r"[а-яёіїєґ'’-]{2,20}(?:енко|[ое]в|ёв|[ое]ва|ский|ская|цкий|цкая|ський|ська|цький|цька|швили|адзе)"
)
_CAPITAL_FAMILY = re.compile(
    r"[А-ЯЁІЇЄҐ][а-яёіїєґ'’-]{2,20}(?:ин|ын|ина|ына|чук|щук|[ую]к|ко|ян|янц|ец|ой|их|ых|ич)"
)
_PATRONYMIC = re.compile(r"[а-яёіїє]{2,14}(?:ович|евич|овна|евна|инична|ьич|івна|ївна|йович)")
_DEVANAGARI = re.compile(r"[\u0900-\u0963\u0970-\u097f]+")
_BETWEEN_LATIN = re.compile(
    r"(?<![^\W\d_])([A-Za-zÀ-ž]{2,20})[ :,]{1,2}"
    r"((?:[\u0590-\u05ff]{2,20}(?: |$)|[\u0600-\u06ff]{2,20}(?: |$)|[\u0900-\u0dff]{2,30}(?: |$)"
    r"|[\u0e00-\u0fff]{2,30}(?: |$)|[\u10a0-\u10ff]{2,30}(?: |$)|[\u0530-\u058f]{2,30}(?: |$))"
    r"{2,4})"
)
"""Words of Hebrew, Arabic, Indian, Thai and the like behind a Latin one: agent יעל בן דוד."""


def of_other_scripts(text: str, words: list[Word]) -> Iterator[Person]:
    """Names in the scripts above; nothing in an ASCII text."""
    if text.isascii():
        return
    yield from _cyrillic(text, words)
    yield from _devanagari(text)
    for match in _BETWEEN_LATIN.finditer(text):
        if fold(match[1]) in about_people():
            yield Person(*match.span(2), 0.6, "other letters behind a word about people")


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
