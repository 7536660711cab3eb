"""What a filter or a search says of a field: lastName eq 'Doe', assignee = jdoe, author:jdoe.

A field's name, what compares, and a value are as good as a pair, and decide as one. The languages
of filters share one grammar: a name and what stands round it (quotes, a function, a cast), a sign
or a word that compares, a value and what stands round that. Only where something compares is the
name asked whether it tells anything: most texts end there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from weir.transforms.detect.checks.plausible import is_date
from weir.transforms.detect.fields.beside import beside
from weir.transforms.detect.fields.complaints import is_complaint
from weir.transforms.detect.fields.known import WEIRS, Known
from weir.transforms.detect.fields.rows import rows
from weir.transforms.detect.fields.tagged import tagged
from weir.transforms.detect.limits.effort import COMPARED, STATED, Effort
from weir.transforms.detect.people.persons import could_be_one_name
from weir.transforms.detect.people.worth import LEADING, fold, raw_worth
from weir.transforms.detect.text import comparisons as by
from weir.transforms.detect.text.piece import Piece

_NAME = (
    r"(?:(?<!\w)(?<!\w[.-])(?!(?<=-)D[a-z])|(?<=-D))"  # -author:jdoe, no x-author; -Duser=jdoe
    r"(?P<name>(?<=\[)[A-Za-z]\w{1,24} [A-Za-z]\w{1,24}(?=\])"
    r"|[^\W\d][\w.-]{1,40}+(?:/[^\W\d][\w.-]{1,40}+){0,3}+)"
)
_CLOSED = (  # [last_name], cast(last_name as text), coalesce(last_name,''), LastName.ToLower()
    rf"(?P<closed>(?:\]|{by.MARK})?(?i:\sas\s\w{{2,16}})?(?:,\s?(?:'\s?'|\"\s?\"))?"
    r"(?:\(\)|/text\(\))?\){0,2}(?:::\w{2,16}(?=[\s=<>!~]))?(?:\[\w{1,3}\])?)"
)
_NO = rf"(?i:(?:is|not|does|do|was){by.APART}){{0,2}}"
_WORD = (
    rf"{by.APART}{_NO}(?i:(?P<alike>{by.ALIKE})|(?P<ordered>{by.ORDERED}|{by.ARTICLE})"
    rf"|(?P<prose>{by.IN_PROSE})){by.ASKED_OF}(?={by.BEHIND_A_WORD})"
)
_SIGN = (
    r"(?P<strict>:\s?\\{0,7}\{\s?(?:\\{0,7}[\"'])?"
    rf"(?:[$_]{{1,2}}[A-Za-z]{{2,16}}|(?i:{by.ANY}))(?:\\{{0,7}}[\"'])?\s?:"
    r"|:\s?\[?[A-Z]\w{2,12}[\]!]{0,3}\s?=(?!=)|;s:\d{1,4}:|::)"  # {_eq: "Doe"}, $a: String = "Doe"
    rf"|(?P<sign>{by.EQUAL}|{by.SIGNS})|(?P<more>{by.MORE})|(?P<colon>{by.COLON})"
)
_SAID = re.compile(rf"{_NAME}{_CLOSED}(?:{by.GAPS}(?:{_SIGN})|{_WORD})")
_CALLED = re.compile(rf"\([\"'`\[]?{_NAME}{_CLOSED},")  # contains(lastName,'Doe')
_METHOD = re.compile(rf"{_NAME}\((?={by.MARK})")  # lastName.contains('Doe')
_BESIDE = re.compile(rf"{_NAME}[\"'`]?[\s+](?=[\"“„«‘'`]\S)")  # foaf:familyName "Doe"
_FLAGGED = re.compile(rf"(?<![^\s\"'(])--{_NAME}[ =]")  # --last-name Doe
_LOCAL = re.compile(  # {!term f=last_name}Doe of Solr
    rf"\{{![^{{}}]{{0,64}}?(?<=[\s!+])(?:f|df|qf)={_NAME}(?:\s[^{{}}]{{0,64}})?\}}"
)
_GLUED = re.compile(  # last_nameLIKEDoe of ServiceNow
    rf"(?<![\w.-])(?P<name>[a-z][a-z_.]{{1,40}}+)(?:{by.GLUED})(?={by.GLUED_TO})"
)
_OPERATED = re.compile(  # lastname|eq|Doe
    rf"(?<![\w.:@-])(?P<name>[A-Za-z][\w-]{{1,40}}+)(?P<by>{by.JOINTS})\$?(?i:{by.ANY})(?P=by)"
)
_FIRST = re.compile(  # 'Doe' eq lastName, substringof('Doe',lastName)
    r"(?:(?P<called>(?<=\())|(?<![\w\"'])|(?<=\bN)|(?<=datetime)|(?<=guid))(?P<mark>[\"'])(?P<value>[^\"'\n]{1,64})(?P=mark)"
    rf"(?:(?(called)\s?,\s?|(?!))|{by.GAPS}(?:{by.FIRST_SIGNS}){by.GAPS}"
    rf"|{by.APART}(?i:{by.FIRST_WORDS}){by.APART})"
    rf"(?:[A-Za-z]{{1,12}}\()?[\"'`\[]?{_NAME}"
)
_FAR = 64
_ABOVE = re.compile(r"(?P<name>\w{3,40})\[[^\[\]]*\Z")
_KEY = re.compile(r"[_-](?:key|unique|uniq|idx|index|uk|ix)\Z", re.IGNORECASE)

_DAY = r"\d{1,4}/\d{1,2}/\d{1,4}"
_INNER = r"''|(?<=\b[A-Za-z])'(?=[A-Za-z])"  # O''Neill, O'Neill
_QUOTED = (
    rf"\\{{0,7}}'(?:'(?=[\w%^*]))?(?P<one>(?:[^'\n]|{_INNER}){{1,64}})"
    r"|\\{0,7}\"(?P<two>[^\"\n]{1,64})|[`‘’‚“”„«‹](?P<three>[^`‘’‚“”„«»‹›\n]{1,64})"
)
_BARE = rf"(?:{by.LED})?(?:[A-Za-z]\\?'{{1,2}}(?=[A-Za-z]))?{by.BARE}{{2,64}}"
_VALUE = re.compile(rf"(?:{_QUOTED}|(?P<bare>{_DAY}|{_BARE}))")
_ONE_OF = re.compile(rf"(?:{_QUOTED}|(?P<bare>{_DAY}|[^\s,;|'\"]{{2,64}}))['\"]?")
_OPENED = re.compile(
    rf"(?P<space>{by.GAPS}+)(?:'%'[\s+]?(?:\|\||\+)[\s+]?)?"
    rf"(?P<list>(?:{by.LIST}(?:[(\[{{]{{1,2}}+)?\s?){{0,2}}+(?:'\{{)?)"
    rf"(?:{by.TYPED}(?={by.MARK}))?"
)
_AND_MORE = re.compile(
    rf"\\{{0,7}}['\"`’”»›]?{by.APART}(?i:and|or|to){by.APART}(?:{by.TYPED}(?={by.MARK}))?"
)  # BETWEEN 'Doe' AND 'Roe'
_COMPARES = re.compile(
    rf"\\{{0,7}}['\"`’”»›]?(?:{by.GAPS}[=:<>!~]|{by.APART}(?i:{by.ANY}){by.BEHIND_A_WORD})"
)
_LISTED = re.compile(r"[^()\[\]{}]{1,256}")
_NO_LIST = re.compile(r"\s?(?P<mark>[\"']?)\w{1,40}(?P=mark)\s?[:=]")  # user: {name: …
_MORE_WORDS = re.compile(r"(?: (?!(?:AND|OR|NOT|ORDER|TO|IN)\b)[A-ZÀ-Þ\d][\w.'-]{0,24}){1,3}")
_AND = frozenset(("OR", "AND", "NOT", "TO"))
_BEFORE_COMMA = re.compile(rf"(?P<name>[A-Za-z][\w.-]{{1,40}}),(?P<bare>{by.BARE}{{2,64}})")
_WHOLE = re.compile(r"(?P<name>[A-Za-z][\w.-]{1,40}):(?P<bare>[^\s:=(\[\"'][^:=/\"'<>(){}]{1,64})")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_LONG_NUMBER = re.compile(r"\d{4}")
_ENDS = re.compile(r"[\]}^~<>\\]")
_WILD = "*%?~^$\\+{} "
_OF_THINGS = frozenset(("secret", "card", "iban", "ssn", "phone", "ip", "geo"))
_NOBODYS = frozenset(("me", "self", "null", "none", "true", "false"))
_PROSE = frozenset(("text", "user_agent"))


@dataclass(frozen=True)
class _Look:
    """A text that is looked through, from which part of a request, and what names tell there."""

    text: str
    part: str
    effort: Effort
    known: Known

    @property
    def is_prose(self) -> bool:
        return self.part in _PROSE


def stated(
    text: str, part: str, effort: Effort, in_json: bool = False, known: Known = WEIRS
) -> Iterator[Piece]:
    """The values that a text states of fields whose names tell something.

    in_json: names in double quotes before a colon are JSON's, and read as such. Raises
    TooMuchError.
    """
    look = _Look(text, part, effort, known)
    telling: dict[tuple[str, bool], str | None] = {}
    for match in _said(look):
        effort.spend(COMPARED)
        said, closed = match.groupdict(), match.groupdict().get("closed") or ""
        if (in_json and said.get("colon") and '"' in closed) or match.end() == len(text):
            continue
        name = _of_many(match) or said["name"]
        asked = name, closed.startswith(("()", "/text()"))
        if asked not in telling:
            effort.spend(STATED)
            telling[asked] = _telling(known, *asked)
        if told := telling[asked]:
            yield from _values(look, match, told)
    if "'" in text or '"' in text:
        yield from _value_first(look)
    if "<" in text or "name=" in text:
        yield from tagged(text, part, effort, known)
    yield from beside(text, part, effort, known)
    yield from rows(text, part, effort, known)
    yield from _whole(look)


def _of_many(match: re.Match[str]) -> str | None:
    """Of an attribute that has many values what it is called: emails[value co "doe"] of SCIM."""
    if match["name"] not in ("value", "display"):
        return None
    above = _ABOVE.search(match.string, max(0, match.start() - _FAR), match.start())
    return above["name"].removesuffix("s") if above else None


def _telling(known: Known, name: str, called: bool = False) -> str | None:
    """The name, or the end of it, if that tells anything: dc.creator; if a function of it is
    called, what stands before that: lastName.toLower()."""
    name = name.replace(" ", "_").rstrip(".-")
    above, _, last = name.rpartition("/" if "/" in name else ".")
    said = [name, above, last] if called else [name, last]
    if last == "text" and above:  # XPath's lastName/text()
        said = [above]
    return next((one for one in said if one and known.tells(one)), None)


def _said(look: _Look) -> Iterator[re.Match[str]]:
    """Where something compares, whatever the name before it."""
    text = look.text
    yield from _SAID.finditer(text)
    yield from _OPERATED.finditer(text)
    if "(" in text:
        yield from _CALLED.finditer(text)
        yield from _METHOD.finditer(text)
    if not text.isascii() or '"' in text or "'" in text or "`" in text:
        yield from _BESIDE.finditer(text)
    if "--" in text:
        yield from _FLAGGED.finditer(text)
    if "{!" in text:
        yield from _LOCAL.finditer(text)
    if not look.is_prose:
        yield from _GLUED.finditer(text)


def _values(look: _Look, match: re.Match[str], name: str) -> Iterator[Piece]:
    """What stands behind what compares: one value, or all of a list."""
    text = look.text
    opened = _OPENED.match(text, match.end())
    if opened is None:
        return
    if opened["list"]:
        listed = _LISTED.match(text, opened.end("list"))
        if listed and not _NO_LIST.match(listed[0]):
            called = opened["list"][0].isalpha()  # of a function what has no quotes is no value
            for one in _ONE_OF.finditer(text, *listed.span()):
                look.effort.spend(STATED)
                if not (called and one["bare"]):
                    yield from _value(look, one, name)
        return
    value, space = _VALUE.match(text, opened.end()), opened["space"]
    while value is not None:
        look.effort.spend(STATED)
        if value["bare"] is None:
            if not _is_in_prose(match) or _is_said_so(look.known, name, value):
                yield from _value(look, value, name)
        elif _may_be_bare(look, match, space, value):
            yield from _bare(look, match, name, value)
        value = _one_more(match, value)


def _one_more(match: re.Match[str], value: re.Match[str]) -> re.Match[str] | None:
    """Another value of the same field: BETWEEN 'Doe' AND 'Roe', = 'Doe' OR 'Roe'. Without quotes
    only an upper bound: behind other words a field's name may follow."""
    text = value.string
    joint = _AND_MORE.match(text, value.end())
    more = _VALUE.match(text, joint.end()) if joint else None
    if more is None or _COMPARES.match(text, more.end()):
        return None
    bounded = match.groupdict().get("ordered") and not re.search("[=<>!~]", more["bare"] or "")
    return more if more["bare"] is None or bounded else None


def _bare(look: _Look, match: re.Match[str], name: str, value: re.Match[str]) -> Iterator[Piece]:
    """A value without quotes, and the words behind it that belong to it."""
    sure = match.groupdict().get("alike") or match.re is _OPERATED
    sure = sure and not look.is_prose and look.known.entity_of(name) is not None
    yield from _value(look, value, name, bool(sure))
    more = None if look.is_prose else _MORE_WORDS.match(look.text, value.end())
    if more and any(map(str.isdigit, more[0])):  # SW1A 2AA
        yield Piece(value.start(), more.end(), look.part, name)


def _is_in_prose(match: re.Match[str]) -> bool:
    return match.re is _BESIDE or bool(match.groupdict().get("prose"))


def _is_said_so(known: Known, name: str, value: re.Match[str]) -> bool:
    """Whether what a sentence quotes behind a name is its value: no unexpected token "return"."""
    said = next(filter(None, (value["one"], value["two"], value["three"])), "")
    kind, digits = known.entity_of(name), sum(map(str.isdigit, said))
    if not value.string[value.end() : value.end() + 1].strip():
        return False  # nothing closes it
    if kind in _OF_THINGS:
        return digits > 3 or (digits > 0 and kind == "secret" and " " not in said)
    if kind == "email":
        return "@" in said
    return digits > 0 or any(map(could_be_one_name, said.split()))


def _may_be_bare(look: _Look, match: re.Match[str], space: str, value: re.Match[str]) -> bool:
    """Whether a word without quotes is a value there: in a sentence most words compare."""
    said, bare, prose = match.groupdict(), value["bare"], look.is_prose
    if match.re is _BESIDE or said.get("strict"):
        return False
    if said.get("prose"):
        return not prose and match[0].lower().rstrip().endswith((" was", " was not"))
    if said.get("ordered") or said.get("more"):
        ordered = (said["ordered"] or by.ARTICLE).lower() != by.ARTICLE
        return any(map(str.isdigit, bare)) or (not prose and ordered)
    if said.get("colon"):
        spaced = bool(space) or match[0][-2:-1].isspace()
        return not spaced or (not prose and not (bare[0].islower() and bare.isalpha()))
    return True


def _value(look: _Look, match: re.Match[str], name: str, sure: bool = False) -> Iterator[Piece]:
    """What is stated, without what stands for any signs: Doe*, '%Doe%'.

    sure: also a word that is said of other things.
    """
    kind = next(kind for kind in ("one", "two", "three", "bare") if match[kind] is not None)
    value, start = match[kind], match.start(kind)
    start += len(value) - len(value.lstrip(_WILD))
    value = value.strip(_WILD)
    if not value or value in _NOBODYS or _is_of_no_person(look.known, name, value):
        return
    if kind != "bare":
        yield Piece(start, start + len(value), look.part, name)
        return
    for said in dict.fromkeys((value, _ENDS.split(value, maxsplit=1)[0])):
        tells = look.known.is_a_field(said)
        if _may_be_somebodys(said, tells) or (sure and len(said) > 2 and not tells):
            yield Piece(start, start + len(said), look.part, name)


def _is_of_no_person(known: Known, name: str, value: str) -> bool:
    """The day of a login, all who are at one host."""
    of_all = value[0] == "@" or (known.entity_of(name) == "id" and is_date(value))
    return of_all and not known.tells(value)


def _value_first(look: _Look) -> Iterator[Piece]:
    """'Doe' eq lastName, Duplicate entry 'doe' for key 'users.username'."""
    for match in _FIRST.finditer(look.text):
        look.effort.spend(STATED, 2)
        name = _telling(look.known, _KEY.sub("", match["name"]))
        value = match["value"].strip(_WILD)
        if value and name and not look.known.is_a_field(value):
            yield Piece(*match.span("value"), look.part, name)


def _whole(look: _Look) -> Iterator[Piece]:
    """What is all of a text: lastname,doe of a path, fullname:jane doe of a search."""
    text, part = look.text, look.part
    tells, is_a_field = look.known.tells, look.known.is_a_field
    pair = _BEFORE_COMMA.fullmatch(text) if "path" in part else None
    if pair and tells(pair["name"]) and _may_be_somebodys(pair["bare"], is_a_field(pair["bare"])):
        yield Piece(*pair.span("bare"), part, pair["name"])
    whole = _WHOLE.fullmatch(text) if part != "text" else None
    if whole and tells(whole["name"]) and _are_somebodys(look.known, whole["name"], whole["bare"]):
        yield Piece(*whole.span("bare"), part, whole["name"])


def _may_be_somebodys(value: str, tells: bool) -> bool:
    """No word of a program: user:email, auth:login, name,asc are scopes, places and orders."""
    if value in _AND:
        return False
    if tells or value.isdigit():
        return bool(_LONG_NUMBER.search(value))
    plain = LEADING.sub("", value).replace("\\'", "'").replace("''", "'")
    return any(map(str.isdigit, value)) or "@" in value or could_be_one_name(plain)


def _are_somebodys(known: Known, name: str, said: str) -> bool:
    """Words behind a field and a colon that are all of a search: fullname:jane doe."""
    words = _WORDS.findall(said)
    if not 0 < said.count(" ") < 6 or not words or is_complaint(said):
        return False
    if known.entity_of(name) == "name":
        return len(words) < 5 and any(max(raw_worth(fold(word))) > 1 for word in words)
    return any(map(str.isdigit, said))
