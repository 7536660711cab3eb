"""Words of a closed vocabulary where somebody's value could stand: account=premium, phone=android.

The name of a field tells what it holds, and programs put other things there: a state, a kind, a
word. What a value is by its shape decides, by what the name tells; where that is unsure it stays.
"""

import re
from functools import cache

from weir.schemas import detect as facts
from weir.transforms.detect.composed import concepts
from weir.transforms.detect.worth import fold, is_listed, raw_worth, worth

_LONGEST = 32  # signs of such a value
_WORDS = re.compile(r"[^\W\d_]+(?:[ _./'ʼ’-]{1,2}[^\W\d_]+){0,3}")
_WORD = re.compile(r"[^\W\d_]+")
_REGION = re.compile(r"[A-Z]{2}(?:-[A-Z]{1,3})?")  # ISO 3166-2, without a digit
_BORNE = 6  # points of a name that many bear: Tom, which is empty in Danish
_SMALL = re.compile(r"\d{1,2}")
_BESIDE = re.compile(
    r"\A\d{1,2}[a-z]{0,2}[ _-](?=[^\W\d_]{3})|(?<=[^\W\d_]{3})[ _-]?\d{1,2}\Z"
)  # 28cm-pan
_APART = re.compile(r"[ _./-]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-f]{1,16}", re.IGNORECASE)
_ZEROS = re.compile(r"(?=(?:\D*0){8})[0 -]+")
_BLANK = re.compile(
    r"\[[A-Z_ ]{2,24}\]|<[A-Z_ ]{2,24}>|%[A-Z_]{2,24}%|__[A-Z_]{2,24}__"
    r"|(?:[xX]{2,5}[ .()/-]{0,2}){2,6}"
    r"|[*•]{2,5}(?:[ +-][*•]{2,5}){1,5}|\w?\*{2,12}@\w?\*{2,12}(?:\.\w{2,4})?"
)
"""What stands for a value: [EMAIL], XXX-XXX-XXXX, j***@***."""
_OF_DIGITS = frozenset(("phone", "card", "iban", "ip", "geo", "ssn"))
_LONG = frozenset(("card", "iban", "ssn"))  # numbers of four digits, the last ones, and more
_SPELLED = re.compile(
    r"(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)[ -]?){2,}"
)


def is_closed(entity: str, name: tuple[str, ...], text: str) -> bool:
    """Whether a value is a word of a program's, and nobody's, under a name that tells `entity`.

    name: its words.
    """
    text = text.strip()
    if len(text) > _LONGEST or _ZEROS.fullmatch(text):
        return entity in ("id", "phone", "card") and bool(_ZEROS.fullmatch(text))
    if _BLANK.fullmatch(text):
        return True
    if entity == "secret" and _SMALL.fullmatch(text):
        return not facts.words("made_by_programs").isdisjoint((*name, "".join(name)))
    if entity in _LONG and text.isdigit() and len(text) < 4:
        return True  # dni=7: seven days
    digits = entity in _OF_DIGITS or name[-1:] == ("mac",)
    if entity == "geo" and _REGION.fullmatch(text):
        return True
    small = text.islower() or text.upper() == text.lower()
    if not (digits or small) and (entity == "secret" or not text.istitle()):
        return False
    written = _BESIDE.sub("", text) if digits or entity == "email" else text
    if not _WORDS.fullmatch(written) or (entity == "email" and "." in text):
        return entity == "address" and bool(_HEXADECIMAL.fullmatch(text))
    folded = fold(_APART.sub(" ", written))
    if folded in _closed("states"):
        borne = max(raw_worth(folded))
        return entity != "name" or (borne < _BORNE if small else borne == 0 and len(folded) > 4)
    if not (digits or small):
        return entity != "name" and folded in _closed("kinds")  # names have capitals
    words = _WORD.findall(folded)
    test = _TESTS.get("digits" if digits else entity)
    return test is not None and test(folded, words, name)


@cache
def _closed(name: str) -> frozenset[str]:
    return frozenset(map(fold, facts.words(name)))


def _is_no_number(folded: str, words: list[str], name: tuple[str, ...]) -> bool:
    """No digit, and no name of somebody's that came into the wrong field."""
    if folded in _closed("kinds"):
        return True
    if not folded.isascii() or _SPELLED.fullmatch(folded) or len(words) > 2:
        return False
    if max(map(len, words)) < 3:
        return False
    return all(worth(w)[2] or (len(w) < 13 and raw_worth(w) == (0, 0)) for w in words)


def _is_no_secret(folded: str, words: list[str], name: tuple[str, ...]) -> bool:
    """A word where programs make the value: a password may be one."""
    made = not facts.words("made_by_programs").isdisjoint((*name, "".join(name)))
    return made and (folded in _closed("kinds") or all(map(_is_word, words)))


def _is_no_user(folded: str, words: list[str], name: tuple[str, ...]) -> bool:
    """A kind of users; where a number or a code is meant, any word."""
    if folded in _closed("kinds"):
        return True
    called = facts.words("chosen_names") | facts.composed()["user"]
    return called.isdisjoint(name) and all(map(_is_word, words))


def _is_no_mail(folded: str, words: list[str], name: tuple[str, ...]) -> bool:
    return folded in _closed("kinds") or all(map(_is_word, words))


def _is_no_address(folded: str, words: list[str], name: tuple[str, ...]) -> bool:
    if "street" not in concepts(name) and folded in _closed("kinds"):
        return True
    return len(words) == 1 and _is_word(folded) and max(raw_worth(folded)) < 3


def _is_no_name(folded: str, words: list[str], name: tuple[str, ...]) -> bool:
    """A word that nobody in the lists bears; a firm may be called like any."""
    if "company" in concepts(name) or not facts.keys().if_firm.isdisjoint(name):
        return False
    return len(words) == 1 and is_listed(folded) and raw_worth(folded) == (0, 0)


def _is_word(folded: str) -> bool:
    """Of a dictionary, and less often a name."""
    given, family, known = worth(folded)
    return known and given < 1 and family < 1 and len(folded) > 3 and folded.isascii()


_TESTS = {
    "digits": _is_no_number,
    "secret": _is_no_secret,
    "id": _is_no_user,
    "email": _is_no_mail,
    "address": _is_no_address,
    "name": _is_no_name,
}
