"""What the segment before one in a path decides."""

import re
from functools import cache

from weir.schemas import detect as facts
from weir.transforms.detect.checks.plausible import is_date
from weir.transforms.detect.fields.composed import shape_of
from weir.transforms.detect.fields.deeds import (
    deed_segments,
    leads_to_somebody,
    sorted_segments,
)
from weir.transforms.detect.fields.policy import Rule, a_kind, words
from weir.transforms.detect.fields.shapes import (
    FULL_POSTCODE,
    HOUSE,
    PAPER_NUMBER,
    SHAPES,
    WHOLE_DATE,
    is_number,
    is_person,
    is_token,
)
from weir.transforms.detect.fields.sites import SITE
from weir.transforms.detect.fields.told import is_gamer, is_locator
from weir.transforms.detect.matching.quick import Quick
from weir.transforms.detect.people.couples import is_couple
from weir.transforms.detect.people.persons import could_be_a_person, could_be_one_name
from weir.transforms.detect.people.side_by_side import is_named
from weir.transforms.detect.people.users import (
    is_account,
    is_joined_name,
    is_often_borne,
    is_somebodys,
    is_sure_name,
    is_user_name,
    may_be_somebodys,
)
from weir.transforms.detect.people.worth import fold, is_listed, raw_worth, worth

_FOLDERS = frozenset(("vendor", "package", "packages", "lib", "libs", "modules"))
"""What lies in a registry, and elsewhere: there a scope that is made of a name is somebody."""
_LINKS = frozenset(("and", "or", "of", "for", "your", "our", "the", "my", "und", "et"))
_ONE_TIME = re.compile(r"\d{6}|\d{8}")
_ACTIVATED = frozenset(("activate", "activation", "reactivate"))
_LONG_NUMBER = re.compile(r"\d{9,19}")  # of an account, before its token: of Shopify's links
_SHORT_CODE = re.compile(r"(?=[^\s_-]{0,11}[A-Za-z])(?=[^\s_-]{0,11}\d)[^\s_-]{4,12}|\d{4,6}")
_SMALL = re.compile(r"[a-z]{5,20}")
_IDENTIFIER = re.compile(r"[A-Za-z]{0,4}-?\d{4,12}")
_VALUE = re.compile(r"\d|[!$%^*]")
_PICTURE = re.compile(
    r"(?:(?:img|image|avatar|user|u|uid|thumb|photo|pic|profile|p)[._-]?)?"
    r"(?:(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,64}|\d{5,20})"
    r"(?:[._-](?:\d{1,4}(?:x\d{1,4})?|[a-z]{1,8}))?"
)
_HASH_BEHIND = re.compile(r"[._-](?=[a-f]{0,16}\d)[0-9a-f]{8,32}$")
_MIXED_TOKEN = re.compile(r"(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w~+=-]{8,}")
_DIALED = re.compile(r"(?=(?:\D*\d){8,15}\D*$|[+0(](?:\D*\d){6,14}\D*$)\+?[\d().+ -]+")
_IN_DEGREES = re.compile(
    r"[-+]?(?!0)(?:\d{2,3}\.(?!(?:19|20)\d\d$)\d{4}|\d{1,3}\.(?!20\d{6}$)\d{5,16})"
)
_IS_DOI = re.compile(r"10\.\d{4}")  # of a publisher: /doi/10.1016/j.cell.2023.11.004
_HANDLE = re.compile(r"([A-Za-z]{3,})[._]?\d{2,4}")
_LOCATOR = re.compile(r"[A-Z0-9]{6}")
_PLAIN = re.compile(r"\d{1,4}|[A-Z]+")
_USERS_PAGE = re.compile(
    r"(?:user|user_talk|benutzer|benutzerin|benutzer_diskussion|utilisateur|usuario|utente|gebruiker)"
    r":(.+)",
    re.IGNORECASE,
)
_PROGRAMS_FILE = re.compile(
    r"([\w-]{1,64})(?:\.(?:php\d?|aspx?|jsp|cgi|do|css|js|ico)"
    r"|-\d+(?:\.\d+){1,6}[\w.-]{0,12}\.(?:tar(?:\.\w{1,3})?|tgz|zip|whl|gem|jar|deb|rpm))",
    re.IGNORECASE,
)
"""What a server or a browser runs, and what is packed with its version or its day."""

_ENDING = re.compile(
    r"\.(?:html?|json|xml|txt|pdf|docx?|rtf|jpe?g|png|gif|webp|vcf)$", re.IGNORECASE
)
_OF_ODATA = re.compile(r"(\w{3,24})\(['\"]?([^'\"()]{2,64})['\"]?\)")  # OData's: People('jdoe')
_MAIL_IN_PATH = re.compile(
    r"[a-z][\w.-]*_[a-z0-9-]+_(?:com|net|org|edu|gov|[a-z]{2})", re.IGNORECASE
)
_COUNTED = re.compile(
    r"(?:[MNO][DTjz][A-Za-z0-9]{2}){1,4}|(?:[MNO][DTjz][A-Za-z0-9]{2}){0,3}[MNO][DTjz]?[A-Zgw]"
)  # digits in base64
POSTCODES = (
    "^(?:[0-9]{4}(?:[ +-]|%20)?[a-z]{2}|[a-z]{1,2}[0-9][a-z0-9]?(?:[ +-]|%20)?[0-9][a-z]{2})$"
)
PERSONAL = "personal"
"""The segment behind which SharePoint has whose site it is."""

BY_NAME = "name"
"""The segment that says nothing behind a route to persons: /obituaries/name/jane-doe."""

NUMBERED = "numbered:"
"""What a number is called that stands behind a segment for persons: of /users/77/jdoe."""

PASSED = "passed:"
"""What a word or a code is called that stands between such a segment and somebody, or behind their
number: of /users/active/mkellner, /users/77/edit/mkellner."""

_PASSES = (
    "[0-9]{1,16}|[#]?[0-9]{1,8}|[a-z]{1,2}[0-9]{1,8}"
    "|[0-9a-f]{6,32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)

CALLED = "called:"
"""What each of two segments is called that are somebody's name, behind a segment for persons:
/people/name/Doe/Jane, /phonebook/doe/jane."""

POSTCODE = "postcode:"
"""What a segment is called that is a postcode of which a house number makes an address."""


INTRODUCED = "in"
"""The segment behind which such networks of colleagues have who somebody is: /in/jane-doe-7b41a922."""  # noqa: E501

_INTRODUCED = re.compile(
    r"(?:[a-z]{2,20}-){1,4}(?=[0-9]{0,8}[a-f])(?=[a-f]{0,8}[0-9])[0-9a-f]{8,9}"
)


def by_route(before: str | None, text: str, strict: bool = False) -> Rule | None:
    """What the path segment before a segment, or its own first characters, says about it.

    strict: a word behind a word for persons is one of theirs.
    """
    at = text[1:].lower() in facts.words("modules_with_at")
    somebodys = before in _FOLDERS and is_somebodys(text[1:])
    if text.startswith("@") and (at or (before in facts.words("registries") and not somebodys)):
        return None  # npm/@scope/package
    if len(text) > 1 and text[0] in "~@":
        return Rule("id", "route", 1.0, "a path of the form /~x or /@x belongs to a person")
    if _USERS_PAGE.fullmatch(text):
        return Rule("id", "route", 1.0, "User:x is a person's page")
    keyed = _OF_ODATA.fullmatch(text)
    if keyed and keyed[1].lower() in persons() and not _PLAIN.fullmatch(keyed[2]):
        return Rule("id", "route", 0.7, f"{keyed[1]}(x) is a person")
    if before == PERSONAL and _MAIL_IN_PATH.fullmatch(text):
        return Rule("email", "route", 0.7, "after /personal/ stands an address with underscores")
    if _IN_DEGREES.fullmatch(text) and not (
        _IS_DOI.fullmatch(text) or before in facts.words("version")
    ):
        return Rule("geo", "route", 0.6, "a segment that is a decimal of degrees")
    if before == CALLED:
        return Rule("name", "route", 0.7, "a given and a family name behind a word for persons")
    if before and is_named(before, text):
        return Rule("name", "route", 0.6, "a family name behind a given name")
    if not before or is_page(text) or (not strict and _is_told(text)):
        return None
    if (before == SITE or before in facts.routes().hosts) and _PROGRAMS_FILE.fullmatch(text):
        return None  # who has a page on such a site is no file of it
    if before == "u" and len(text) == 1:
        return None  # /mail/u/0/ is the first account of a browser
    return _after(paper(before) or before, _stem(text))


def paper(segment: str) -> str | None:
    """The paper or the holder of one that a segment is about: consulta-cpf, patroninfo~S1."""
    match = _paper().fullmatch(segment.lower())
    return match and match[1]


PAPER = r"(?:[a-z]{1,12}[-_]){0,2}(%s)(?:~[a-z0-9]{1,4})?"
"""How such segments are written; see `papers_of_paths`."""


@cache
def persons() -> frozenset[str]:
    """Segments whose next segment is somebody."""
    return facts.routes().person | facts.routes().person_if_name


@cache
def before_names() -> frozenset[str]:
    """Those, and directories of telephones: two segments behind one may be somebody's name."""
    return persons() | facts.words("directories")


@cache
def of_people() -> frozenset[str]:
    """Those, and segments whose next one is somebody's if it is made of a name."""
    return persons() | facts.routes().roles


@cache
def passing() -> str:
    """What may stand behind such a segment and before who it is, in small letters (RE2)."""
    return f"^(?:{_PASSES}|{'|'.join(map(re.escape, sorted(facts.routes().passing)))})$"


@cache
def locators() -> frozenset[str]:
    """Segments whose next segment is an airline's record: /pnr/x, /booking-ref/x."""
    return frozenset(Quick(f"(?i:{facts.spoken('locators')})").words)


@cache
def papers_of_paths() -> str:
    """The papers and holders of routes.yaml in one regex."""
    routes = facts.routes()
    return PAPER % "|".join(map(re.escape, sorted(routes.national | routes.holders)))


@cache
def _paper() -> re.Pattern[str]:
    return re.compile(papers_of_paths())


def is_page(text: str) -> bool:
    """A segment that is no value behind a route: `/user/login`, `/user/show.php`."""
    stem, pages = _stem(text).lower(), facts.routes().pages
    parts = [part for part in re.split(r"[-_]", stem) if part not in _LINKS]  # bulk-delete
    told = stem in ("", BY_NAME) or stem in pages or (bool(parts) and pages.issuperset(parts))
    return told or (bool(_PROGRAMS_FILE.fullmatch(text)) and all(map(_is_of_a_program, parts)))


def _stem(text: str) -> str:
    """A file's name without what it ends with."""
    file = _PROGRAMS_FILE.fullmatch(text)
    return file[1] if file else _ENDING.sub("", text)


def _is_of_a_program(part: str) -> bool:
    """A word that is said, or two in one of which one is a page's or a programmer's: memberlist."""
    part = part[:-1] if part[-1:].isdigit() else part  # index2, step-2
    if len(part) < 2 or _is_programs(part) or _is_said(part):
        return True
    if any(raw_worth(fold(part))):
        return False  # summerfield
    splits = ((part[:at], part[at:]) for at in range(3, min(len(part), 24) - 2))
    return any(
        (_is_programs(a) and (_is_programs(b) or _is_said(b))) or (_is_said(a) and _is_programs(b))
        for a, b in splits
    )


def _is_programs(word: str) -> bool:
    """A page's word, a programmer's, or what calls itself a program."""
    lists = ("programming", "programs", "version", "page_verbs")
    return word in facts.routes().pages or any(word in facts.words(one) for one in lists)


def _is_told(text: str) -> bool:
    """Words behind a verb, as pages of somebody's own are called: edit-picture."""
    verb, *others = re.split(r"[-_]", _stem(text).lower())
    return verb in facts.words("page_verbs") and bool(others) and all(map(_is_said, others))


def _is_said(word: str) -> bool:
    """A word that links others, or one of a dictionary that few bear as a name, if anybody."""
    if not word.isalpha() or len(word) < 3:
        return word in facts.words("page_links")
    return is_listed(fold(word)) and max(raw_worth(fold(word))) < 5


def _after(before: str, text: str) -> Rule | None:
    """What the segment before says about one that is no page: whom it names first."""
    return _whom(before, text) or _number_of(before, text)


def _whom(before: str, text: str) -> Rule | None:
    """By their name or account, or by where they live and are called."""
    routes = facts.routes()
    if before in routes.person:
        entity = "name" if is_person(text) else "id"
        return Rule(entity, "route", 0.9, f"what follows /{before}/ is a person")
    if before in routes.person_if_name:
        if is_person(text) and could_be_a_person(text):
            return Rule("name", "route", 0.7, f"after /{before}/ stands what looks like a name")
        if _IDENTIFIER.fullmatch(text):
            return Rule("id", "route", 0.6, f"after /{before}/ stands a person's number")
        if is_user_name(text) or is_joined_name(text):
            return Rule("id", "route", 0.6, f"after /{before}/ stands what is made of a name")
    leads = before in routes.roles or before == PASSED or leads_to_somebody(before)
    if leads and may_be_somebodys(text):
        named = is_often_borne(text) or (text.isalpha() and is_sure_name(fold(text)))
        entity = "name" if named else "id"
        return Rule(entity, "route", 0.6, f"after /{before}/ stands what is made of a name")
    if before == NUMBERED and _is_called(text):
        entity = "name" if is_person(text) else "id"
        return Rule(entity, "route", 0.7, "behind a person's number stands what is made of a name")
    named = before in routes.named and len(text) > 1
    if named and (could_be_one_name(text) or (is_person(text) and could_be_a_person(text))):
        return Rule("name", "route", 0.7, f"what follows /{before}/ is a name")
    if before in routes.couples and is_couple(text):
        return Rule("name", "route", 0.7, f"what follows /{before}/ is a couple")
    if before in routes.channels and text.isalpha() and len(text) >= 8 and could_be_one_name(text):
        return Rule("id", "route", 0.6, f"after /{before}/ stands what is no word")
    if before in routes.postcodes and FULL_POSTCODE.fullmatch(text):
        return Rule("address", "route", 0.7, f"what follows /{before}/ is a postcode")
    if before == INTRODUCED and _INTRODUCED.fullmatch(text):
        return Rule("id", "route", 0.7, "after /in/ stands a name and a number by chance")
    if before == POSTCODE and HOUSE.fullmatch(text):
        return Rule("address", "route", 0.7, "a house number behind a postcode")
    if before in routes.called and _DIALED.fullmatch(text) and not is_date(text):
        return Rule("phone", "route", 0.8, f"what follows /{before}/ is a telephone number")
    if before in routes.gamers and is_gamer(text):
        return Rule("id", "route", 0.6, f"after /{before}/ stands what is no word")
    if (before == SITE or before in routes.hosts) and text.lower() not in routes.site_pages:
        return Rule("id", "route", 0.7, "the first segment on such a site is somebody's page")
    did = SHAPES["account" if before in sorted_segments() else "user"]
    if before in deed_segments() and not text[0].isdigit() and did(text):
        return Rule("id", "route", 0.6, f"after /{before}/ stands who did it")
    if before in routes.homes and is_account(text):
        return Rule("id", "route", 0.6, f"after /{before}/ stands what is made of a name")
    if before in routes.homes_of_names and is_sure_name(text):
        return Rule("id", "route", 0.5, f"after /{before}/ stands a name and nothing else")
    if before in routes.homes_of_users and _is_no_word(text):
        return Rule("id", "route", 0.5, f"after /{before}/ stands what is no word")
    return None


def _number_of(before: str, text: str) -> Rule | None:
    """By a number or a code of theirs, a day, and by what a site says of its routes."""
    routes = facts.routes()
    if before in routes.codes and _SHORT_CODE.fullmatch(text) and not is_date(text):
        return Rule("secret", "route", 0.7, f"what follows /{before}/ is a code")
    if before in routes.born and WHOLE_DATE.fullmatch(text):
        return Rule("birth", "route", 0.8, f"what follows /{before}/ is a date of birth")
    if before in locators() and _LOCATOR.fullmatch(text) and is_locator(text):
        return Rule("id", "route", 0.6, f"after /{before}/ stands an airline's record")
    if before in routes.numbered and is_number(text) and not _PLAIN.fullmatch(text):
        return Rule("id", "route", 0.7, f"what follows /{before}/ is a person's number")
    if before in routes.national and PAPER_NUMBER.fullmatch(text):
        return Rule("ssn", "route", 0.8, f"what follows /{before}/ is a number of a person's paper")
    if before in routes.holders and is_number(text) and not _PLAIN.fullmatch(text):
        return Rule("id", "route", 0.7, f"what follows /{before}/ is a person's number")
    if shape_of(words(before)) == "number" and is_number(text) and not _PLAIN.fullmatch(text):
        return Rule("id", "route", 0.7, f"what follows /{before}/ is somebody's number")
    if before in _ACTIVATED and _LONG_NUMBER.fullmatch(text):
        return Rule("id", "route", 0.7, f"what follows /{before}/ is somebody's number")
    if before in routes.token and (
        is_token(text)
        or (_ONE_TIME.fullmatch(text) and not is_date(text) and not before.startswith("session"))
        or _MIXED_TOKEN.fullmatch(text)
        or _COUNTED.fullmatch(text)
    ):
        return Rule("secret", "route", 0.8, f"what follows /{before}/ is a one-time token")
    if before in routes.pictures and _is_a_picture(text.lower()):
        return Rule("id", "route", 0.7, f"what follows /{before}/ is somebody's picture")
    if before in routes.value and _VALUE.search(text):
        entity = routes.value[before]
        return Rule(entity, "route", 0.8, f"what follows /{before}/ is {a_kind(entity)}")
    return None


def _is_called(text: str) -> bool:
    """Behind a person's number: made of a name, written as one, or a player's and no word."""
    if is_person(text):
        return could_be_a_person(text)
    handle = _HANDLE.fullmatch(text)
    made = handle is not None and not worth(fold(handle[1]))[2]
    return made or is_account(text) or is_sure_name(text.lower())


def _is_a_picture(text: str) -> bool:
    """Called by a hash or a number, or after somebody, whatever hash a build wrote behind it."""
    stem = _HASH_BEHIND.sub("", text)
    called = _PICTURE.fullmatch(text) and not is_date(text)
    return bool(called) or is_sure_name(stem) or is_user_name(stem)


def _is_no_word(text: str) -> bool:
    """One word of small letters that no dictionary has, nor is put together of a program's; there
    may be digits behind it."""
    text = text.rstrip("0123456789")
    if not (_SMALL.fullmatch(text) and not any(worth(text))):
        return False
    parts = (
        (text[:at] for at in range(3, len(text) + 1)),
        (text[at:] for at in range(len(text) - 3)),
    )
    return all(map(facts.words("programming").isdisjoint, parts))  # webapp
