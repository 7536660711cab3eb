"""Fields that say what they are only beside one other: a name beside a given name, WordPress's log
beside its pwd, OAuth's state beside its code, an organization's name beside its @type."""

import re

from weir.schemas.detect import keys, routes, words
from weir.transforms.detect.fields.composed import concepts
from weir.transforms.detect.fields.policy import words as words_of
from weir.transforms.detect.fields.shapes import NAME_WRITTEN
from weir.transforms.detect.people.persons import could_be_one_name
from weir.transforms.detect.people.worth import (
    fold,
    is_a_place,
    is_listed,
    is_nobody,
    is_only_a_name,
    raw_worth,
    worth,
)

_AT_RANDOM = re.compile(
    r"(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])(?=[^0-9]*[0-9]|(?:[A-Z]*[a-z]+[A-Z]){5})"
    r"(?!.*(?:[a-z]{5}|[A-Z]{6}))[\w~+/=-]{12,}"
    r"|(?=[0-9a-f]*[a-f])(?=(?:[a-f]*[0-9]){2})[0-9a-f]{8,}"
    r"|(?=(?:[a-z]+[0-9]+){3})[a-z0-9]{10,}"
)
"""What OAuth calls non-guessable (RFC 6749, 10.12)."""
_WORDS_APART = re.compile(r"[\s_/-]+|(?<=[a-z])(?=[A-Z])")
_WHEN = re.compile(r"[0-2]?\d(?::|h|%3A)[0-5]\d|(?:19|20)\d\d-\d\d-\d\d(?:T[\d:]{4,8})?")
_FEW = 3  # bearers of a name, in half powers of ten
_WEAK = frozenset(("first", "given", "middle", "vor", "voor", "erste", "prvo", "pila"))


def paired(of: dict[str, str]) -> dict[str, str]:
    """New names by old ones."""
    if len(of) < 2:
        return {}
    pairs = _beside_a_given_name(of) | _of_a_login(of) | _of_a_grant(of)
    pairs |= _of_an_organization(of) | _of_a_screen(of)
    return pairs | _of_a_journey(of)


def _beside_a_given_name(of: dict[str, str]) -> dict[str, str]:
    """What is only called a name beside a given one is the family's: vorname=Eva&name=Brandl."""
    said = [key for key in of if "given" in concepts(words_of(key)) and _is_name(of[key])]
    if _WEAK.issuperset(map(str.lower, said)):
        return {}
    names = (key for key in of if key.lower() in words("weak_names") and key not in said)
    return dict.fromkeys((key for key in names if _is_family(of[key])), "last_name")


def _is_name(value: str) -> bool:
    said = value.strip()
    return bool(NAME_WRITTEN.fullmatch(said)) and said.lower() not in keys().harmless


def _is_family(value: str) -> bool:
    """Words that may be names; with a capital at least none of a dictionary."""
    parts = value.strip().split()
    borne = all(could_be_one_name(part) for part in parts)
    strange = value.strip().istitle() and not any(is_listed(fold(part)) for part in parts)
    return _is_name(value) and (borne or strange)


def _of_a_login(of: dict[str, str]) -> dict[str, str]:
    """Who logs in, by what stands beside it in such a form."""
    forms = words("of_logins")
    beside = any(key.lower() in forms for key in of)
    asked = (key for key in of if key.lower() in words("logins"))
    return dict.fromkeys(asked, "username") if beside else {}


def _of_a_grant(of: dict[str, str]) -> dict[str, str]:
    """What nobody is to guess, beside what an authorization server is asked or answers."""
    beside = any(key.lower() in words("of_grants") for key in of)
    asked = (key for key in of if key.lower() in words("grants") and _AT_RANDOM.fullmatch(of[key]))
    return dict.fromkeys(asked, "csrf_token") if beside else {}


def _of_an_organization(of: dict[str, str]) -> dict[str, str]:
    """What is called so is no person: "author": {"@type": "Organization", "name": …}."""
    kind = of.get("@type", "").rpartition("/")[2].lower()
    return {"name": "brand"} if "name" in of and kind in words("organizations") else {}


def _of_a_screen(of: dict[str, str]) -> dict[str, str]:
    """What an app shows, beside what is counted of apps: no account of Twitter's."""
    beside = {key.lower() for key in of}
    said = {key: of[key] for key in of if key.lower() in ("screen_name", "screenname", "screen")}
    if beside.isdisjoint(words("beside_screens")):
        apps = not beside.isdisjoint(words("beside_apps"))
        said = {key: value for key, value in said.items() if apps and _is_a_screen(value)}
    return {key: "screen_title" for key, value in said.items() if _is_of_words(value)}


def _is_a_screen(value: str) -> bool:
    """Written so, with a capital, or a page: any program's account may be a word, night_owl."""
    return not value.islower() or routes().pages.issuperset(_WORDS_APART.split(value.strip()))


def _of_a_journey(of: dict[str, str]) -> dict[str, str]:
    """Stations with their town before them, both ends of a way beside a day or a time of it:
    from=Milano Centrale&to=Bari&time=17:00. What many bear may be who writes to whom."""
    ends = [key for key in of if key.lower() in ("from", "to")]
    told = len(ends) > 1 and any(_WHEN.fullmatch(value.strip()) for value in of.values())
    if not told or any(is_only_a_name(fold(of[key].strip())) for key in ends):
        return {}
    return {key: "station" for key in ends if _is_a_station(of[key])}


def _is_a_station(value: str) -> bool:
    """A town, after which few are called, and one or two words that hardly anybody bears."""
    town, *others = map(fold, value.split() or [""])
    somewhere = is_a_place(town) or town in words("towns_of_journeys")
    somewhere = somewhere and raw_worth(town)[0] <= _FEW
    few = all(one.isalpha() and max(raw_worth(one)) < 2 for one in others)
    return somewhere and len(others) in (1, 2) and few


def _is_of_words(value: str) -> bool:
    """Words of a dictionary with a capital, which hardly anybody bears: Product Detail."""
    said = [part for part in _WORDS_APART.split(value.strip()) if not part.isdigit()]
    few = all(max(raw_worth(fold(part))) < _FEW or is_nobody(fold(part)) for part in said)
    known = (worth(fold(part))[2] or fold(part) in routes().pages for part in said)
    return bool(said) and few and all(known)
