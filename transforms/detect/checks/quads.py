"""Four numbers with dots that are nobody's address: a version, a chain of numbers, loopback."""

import re

from weir.schemas.detect import words
from weir.transforms.detect.people.worth import fold, is_listed, is_only_a_name

_OWN = re.compile(
    r"127(?:\.\d{1,3}){3}|\d{1,3}(?:\.0){3}|255(?:\.(?:255|254|252|248|240|224|192|128|0)){3}"
    r"|::1?"
)


def is_own_address(text: str) -> bool:
    """The machine itself or none (RFC 1122, 4291): loopback, unspecified, a mask, a network of
    millions (as a browser's version is written: 120.0.0.0) tell of nobody."""
    return bool(_OWN.fullmatch(text.strip(" []")))


_BEFORE_VERSION = re.compile(
    r"\b(v|ver|versions?|rv|releases?|rel|rev|build|firmware|update|patch|tags?|downloads?|"
    r"firefox|chrome|opera|safari|linux|kernel|jquery|windows)"
    r"(?:[ =:/_.\"'+-]{0,2}|[ +](?:eq|ne|g[te]|l[te]|like|[=<>]{1,2})[ +]['\"]?)$",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?<![\w.+-])([A-Za-z][\w.+-]*)/$")
AGENT, SEGMENT = "useragent", "segment"  # beside a field's words: what the text is of
_HOST = re.compile(r"(?!(?:com|org|net|io|de|app)\.)[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,24}")
"""A host's name, not that of a package, which begins with what a host's ends with."""
_V = re.compile(r"(?<![^\W_])v$", re.IGNORECASE)
_OF_SOMEBODY = re.compile(r":\d{2,5}(?!\d)|\s-\s(?:-|\S{1,64} \[)")
"""Behind an address: its port, the rest of a line of a log."""

_ARCHIVE = re.compile(
    r"(?:[.-](?:min|src|bin|final|beta\d*|rc\d*))?"
    r"\.(?:m?js|css|zip|tar|tgz|exe|msi|dmg|jar|deb|rpm|apk|iso|whl)\b",
    re.IGNORECASE,
)
"""Behind a program's version; no paper, and no log (.gz), which are called after who was there."""

_PROGRAM = re.compile(r"([A-Za-z][\w+#]*)[ :_+-]{1,2}v?$")
_NUMBERS_BEFORE = re.compile(r"(?:\d+\.)+$")
_PRODUCT = re.compile(r"(?:[Aa]pp|[Bb]rowser|[Bb]ot|[Ss]dk|SDK|[Pp]layer|[Cc]rawler|[Ss]pider)$")
_CAPITALS = re.compile(r"[A-Z](?![A-Z])")
_FEW = 10  # where a version begins below this, and hardly an address does
_SMALL = 31  # up to which the parts of a version and of a norm go
_OBJECTS = frozenset(("oid", "oids", "mib", "snmp"))  # X.660
_AROUND = 64  # characters before and behind a number that tell what it is
_NUMBERS_BEHIND = re.compile(r"(?:\.\d+)+")
_DAY = re.compile(r"(?:19|20)\d\d\.\d{1,2}\.\d{1,2}|\d{1,2}\.\d{1,2}\.(?:19|20)\d\d")
_PORTS = re.compile(r"\d{4,5}\.\d{1,5}|\d{1,5}\.\d{4,5}")
_QUAD = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_BRANCHES = 2  # up to which an object's id begins (X.660)


def _in_chain(text: str, start: int, end: int) -> bool:
    """In a row of six and more numbers with dots: an object id, a browser's timing, no address.

    Of five too, if it begins as no address does (301.0.0.27.109); behind one may stand a port.
    Nor is it one if the others are a day, two ports behind, or another address.
    """
    before = _NUMBERS_BEFORE.search(text[max(start - _AROUND, 0) : start])
    behind = _NUMBERS_BEHIND.match(text[end : end + _AROUND])
    first, last = (found[0].strip(".") if found else "" for found in (before, behind))
    first, last = (_DAY.sub("", numbers, count=1) for numbers in (first, last))
    if (_QUAD.fullmatch(first or last) or _PORTS.fullmatch(last)) and not (first and last):
        return int((first or text[start:end]).split(".")[0]) <= _BRANCHES
    others = [int(number) for number in re.findall(r"\d+", f"{first} {last}")]
    return len(others) >= 2 or (bool(first) and others[0] > 255)


def is_version(text: str, start: int, end: int, context: frozenset[str]) -> bool:
    """A dotted quad that is a program's version: by what stands before, after or around it."""
    if ":" in text[start:end]:
        return False
    if _in_chain(text, start, end):
        return True
    before = text[max(start - _AROUND, 0) : start]
    numbers = [int(number) for number in re.findall(r"\d+", text[start:end])]
    if _ARCHIVE.match(text, end) and re.search(r"[A-Za-z][-_.]?$", before):
        return _is_counted(numbers, False)
    if _OF_SOMEBODY.match(text, end):
        return False
    if _V.search(before):
        return True
    if _is_of_a_program(before, context, numbers):
        return True
    if not context.isdisjoint(_OBJECTS) and numbers[0] <= 2:
        return max(numbers[:-1]) < _SMALL  # the last of an object's is any: 2.5.4.42
    around = words("maybe_version") | words("norms")
    return max(numbers) < _SMALL and not context.isdisjoint(around)


def _is_of_a_program(before: str, context: frozenset[str], numbers: list[int]) -> bool:
    """Behind a word for a version, or what calls itself a program: nginx 1.18.0.2, Silk/3.13.2.1.

    Numbers have to be a version's, the more so the less the word says. Where a field or a word says
    version they are small or have a zero in the middle (84.0.11.9). Of a program, by its name or by
    how it is written (FooBrowser/), they begin below 31, or a zero and a small one come second
    (Chrome/120.0.1.2; later ones of Chrome have one above 255, which no address has). Behind any
    other word and a slash, or a name that may be the machine's own (node/, redis=, though not as a
    segment: /docs/redis/7.0.1.2), they begin below ten, as few addresses do; behind a host's name
    they never are.
    """
    program = _PROGRAM.search(before)
    named, said = _NAMED.search(before), _BEFORE_VERSION.search(before)
    word = said[1].lower() if said else program[1].lower() if program else ""
    if word in words("says_version"):
        return _is_written_as_one(numbers)
    if named and not said:
        return _is_named(named[1], numbers, AGENT in context)
    if said or word in words("version"):
        machine = word in words("of_servers") and not before.endswith(" ")
        return _is_counted(numbers, machine or word in words("maybe_programs"))
    return _is_of_a_field(context, numbers)


def _is_named(name: str, numbers: list[int], agent: bool) -> bool:
    """Behind a name and a slash, as programs write themselves and Java a host's."""
    if _HOST.fullmatch(name):
        return False
    parts = {fold(part) for part in re.split(r"[._+-]", name)} | {fold(name)}
    if fold(name) in words("of_hosts"):
        return False
    machine = not parts.isdisjoint(words("of_servers") | words("of_hosts") | words("devices"))
    known = not parts.isdisjoint(words("programs") | words("version"))
    return _is_counted(numbers, machine or not (known or _is_a_product(name, agent)))


def _is_a_product(name: str, agent: bool) -> bool:
    """Written as a program that nobody here knows: FooBrowser, com.example.shop; no machine
    (DESKTOP-7F3), and no word but in the line of a user agent."""
    if "." in name or _PRODUCT.search(name):
        return True
    if not name[0].isupper() or any(sign.isdigit() for sign in name):
        return False
    if len(_CAPITALS.findall(name)) > 1:
        return not name.split("-")[0].isupper()
    return (agent or not is_listed(fold(name))) and not is_only_a_name(fold(name))


def _is_of_a_field(context: frozenset[str], numbers: list[int]) -> bool:
    """In a field, or behind a segment, that is called after a program or says version."""
    if context.isdisjoint(words("version")):
        return False
    if not context.isdisjoint(words("says_version")):
        return _is_written_as_one(numbers)
    if not context.isdisjoint(words("of_hosts")):
        return False
    few = words("of_servers") | words("maybe_programs")
    machine = SEGMENT not in context and not context.isdisjoint(few)
    return _is_counted(numbers, machine)


def _is_counted(numbers: list[int], few: bool) -> bool:
    """Numbers as a program counts; few: only such as hardly an address has."""
    first, second, third, last = numbers
    if few:
        return first < _FEW and (second == 0 or max(second, third) < _SMALL)
    if first < _SMALL:
        return _is_written_as_one(numbers)
    return (second == 0 and third < _SMALL) or third == last == 0


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
