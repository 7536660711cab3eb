"""Fields that say what they are only beside one other: a name beside a given name, WordPress's log
beside its pwd, OAuth's state beside its code."""

import re

from weir.schemas.detect import keys, words
from weir.transforms.detect.fields.composed import concepts
from weir.transforms.detect.fields.policy import words as words_of
from weir.transforms.detect.fields.shapes import NAME_WRITTEN
from weir.transforms.detect.people.persons import could_be_one_name
from weir.transforms.detect.people.worth import fold, is_listed

_AT_RANDOM = re.compile(
    r"(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])(?=[^0-9]*[0-9]|(?:[A-Z]*[a-z]+[A-Z]){5})"
    r"(?!.*(?:[a-z]{5}|[A-Z]{6}))[\w~+/=-]{12,}"
    r"|(?=[0-9a-f]*[a-f])(?=(?:[a-f]*[0-9]){2})[0-9a-f]{8,}"
    r"|(?=(?:[a-z]+[0-9]+){3})[a-z0-9]{10,}"
)
"""What OAuth calls non-guessable (RFC 6749, 10.12)."""
_WEAK = frozenset(("first", "given", "middle", "vor", "voor", "erste", "prvo", "pila"))


def paired(of: dict[str, str]) -> dict[str, str]:
    """New names by old ones."""
    if len(of) < 2:
        return {}
    return _beside_a_given_name(of) | _of_a_login(of) | _of_a_grant(of)


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
