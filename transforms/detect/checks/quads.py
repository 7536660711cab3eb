"""Four numbers with dots that are nobody's address: a version, a chain of numbers, loopback."""

import re

from weir.schemas.detect import words

_OWN = re.compile(
    r"127(?:\.\d{1,3}){3}|\d{1,3}(?:\.0){3}|255(?:\.(?:255|254|252|248|240|224|192|128|0)){3}"
    r"|::1?"
)


def is_own_address(text: str) -> bool:
    """The machine itself or none (RFC 1122, 4291): loopback, unspecified, a mask, a network of
    millions (as a browser's version is written: 120.0.0.0) tell of nobody."""
    return bool(_OWN.fullmatch(text.strip(" []")))


_BEFORE_VERSION = re.compile(
    r"(?:\b(?:v|ver|versions?|rv|releases?|rel|rev|build|firmware|update|patch|tags?|downloads?|"
    r"firefox|chrome|opera|safari|linux|kernel|jquery|windows)"
    r"(?:[ =:/_.\"'+-]{0,2}|[ +](?:eq|ne|g[te]|l[te]|like|[=<>]{1,2})[ +]['\"]?)"
    r"|[A-Za-z][\w.+-]*/)$",
    re.IGNORECASE,
)
_V = re.compile(r"(?<![^\W_])v$", re.IGNORECASE)
_OF_SOMEBODY = re.compile(r":\d{2,5}(?!\d)|\s-\s(?:-|\S{1,64} \[)")
"""Behind an address: its port, the rest of a line of a log."""

_ARCHIVE = re.compile(
    r"(?:[.-](?:min|src|bin|final|beta\d*|rc\d*))?"
    r"\.(?:m?js|css|zip|tar|t?gz|exe|msi|dmg|jar|deb|rpm|apk|pdf|iso|whl)\b",
    re.IGNORECASE,
)


_PROGRAM = re.compile(r"([A-Za-z][\w+#]*)[ :_+-]{1,2}v?$")
_NUMBERS_BEFORE = re.compile(r"(?:\d+\.)+$")
_SMALL = 31  # up to which the parts of a version and of a norm go
_OBJECTS = frozenset(("oid", "oids", "mib", "snmp"))  # X.660
_AROUND = 64  # characters before and behind a number that tell what it is
_NUMBERS_BEHIND = re.compile(r"(?:\.\d+)+")


def _in_chain(text: str, start: int, end: int) -> bool:
    """In a row of six and more numbers with dots: an object id, a browser's timing, no address.

    Of five too, if it begins as no address does (301.0.0.27.109); behind one may stand a port.
    """
    before = _NUMBERS_BEFORE.search(text[max(start - _AROUND, 0) : start])
    behind = _NUMBERS_BEHIND.match(text[end : end + _AROUND])
    around = (before[0] if before else "") + (behind[0] if behind else "")
    others = [int(number) for number in re.findall(r"\d+", around)]
    return len(others) >= 2 or (before is not None and others[0] > 255)


def is_version(text: str, start: int, end: int, context: frozenset[str]) -> bool:
    """A dotted quad that is a program's version: by what stands before, after or around it."""
    if ":" in text[start:end]:
        return False
    if _in_chain(text, start, end):
        return True
    before = text[max(start - _AROUND, 0) : start]
    if _ARCHIVE.match(text, end) and re.search(r"[A-Za-z][-_.]?$", before):
        return True
    if _OF_SOMEBODY.match(text, end):
        return False
    if _V.search(before):
        return True
    numbers = [int(number) for number in re.findall(r"\d+", text[start:end])]
    if _of_a_program(before, context):
        return _is_written_as_one(numbers)
    if not context.isdisjoint(_OBJECTS) and numbers[0] <= 2:
        return max(numbers[:-1]) < _SMALL  # the last of an object's is any: 2.5.4.42
    around = words("maybe_version") | words("norms")
    return max(numbers) < _SMALL and not context.isdisjoint(around)


def _of_a_program(before: str, context: frozenset[str]) -> bool:
    """Behind a word for a program, or any word and a slash: nginx 1.18.0.2, Silk/3.13.2.1."""
    program = _PROGRAM.search(before)
    if program and program[1].lower() in words("version"):
        return True
    if _BEFORE_VERSION.search(before):
        return not before.endswith(("http://", "https://", "ip/", "host/", "client/"))
    return not context.isdisjoint(words("version"))


def _is_written_as_one(numbers: list[int]) -> bool:
    """Numbers as programs count and few addresses have them: small ones before the last, or a zero
    in the middle (120.0.0.0), but in no address of a network at home."""
    first, second, *_ = numbers
    if (first == 192 and second == 168) or (first == 172 and 16 <= second < 32):
        return False
    return 0 in numbers[1:-1] or max(numbers[:-1]) < _SMALL


def is_nobodys_quad(text: str, start: int, end: int, context: frozenset[str]) -> bool:
    """A version, or the machine's own address."""
    return is_own_address(text[start:end]) or is_version(text, start, end, context)
