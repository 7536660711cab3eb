"""User names that are made of a person's name: ebrown, janedoe, jane1984."""

import re

from weir.schemas import detect as facts
from weir.transforms.detect.people.worth import (
    fold,
    is_a_place,
    is_listed,
    is_only_a_name,
    raw_worth,
    worth,
)

_BORNE = 4  # how many bear a family's name, in half powers of ten
_FEW = 2
_RARE = 3  # a name that counts no more (`worth`) may be put together of others: gianmaria
_OFTEN, _MANY = 3, 7  # what a name counts (`worth`) that is a word as well, and that is a place
_SHORT = 5  # letters of an account of which the name must be frequent
_USER = re.compile(r"([a-z]{4,20})[._-]?(\d{0,4})", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_]{5,20}")
_NUMBER_BEFORE = re.compile(r"\A\d{1,10}[._-](?=[^\W\d_])")  # 77-mkellner, of forums
_CAPITAL = re.compile(r"[^\W\d_a-z][^\W\d_A-Z]{2,19}")
_JOINED = re.compile(r"[a-z]{8,24}")


def is_user_name(text: str) -> bool:
    """One word that no dictionary has and that is an initial and a family name, or two names."""
    match = _USER.fullmatch(text)
    if match is None:
        return False
    word, digits = fold(match[1]), match[2]
    given, family, known = worth(word)
    if len(digits) > 1 and (given >= 2 or family >= 3):
        return True
    if known or max(given, family) > _RARE:
        return False
    return (
        _borne(word[1:]) >= (3 if len(word) > 8 else 4 if len(word) > 7 else 6)
        or (raw_worth(word[:-1])[1] >= 6 and len(word) > 5)
        or any(_are_names(word[:at], word[at:]) for at in range(3, len(word) - 2))
    )


_FEMALE = (("ska", "ski"), ("cka", "cki"), ("ova", "ov"), ("ova", ""), ("eva", "ev"))
"""Endings of women's family names, and of the men's."""


def _borne(family: str) -> int:
    """How many bear a family name, a woman's also as her brothers do: Kowalska, Kowalski."""
    forms = (family, *(family[: -len(a)] + b for a, b in _FEMALE if family.endswith(a)))
    return max(raw_worth(form)[1] for form in forms)


_INITIAL_APART = re.compile(
    r"([a-z])[._]([a-z]{2,20})\d{0,4}|([a-z]{2,20})[._]([a-z])\d{0,4}", re.IGNORECASE
)


def is_account(text: str) -> bool:
    """The same where an account is expected: shorter, of rarer names, an initial apart."""
    apart = _INITIAL_APART.fullmatch(text)
    if apart:
        named = fold(apart[2] or apart[3])
        return max(raw_worth(named)) >= 2 or not worth(named)[2]
    match = _USER.fullmatch(text)
    if match is None or is_user_name(text):
        return match is not None
    word, digits = fold(match[1]), match[2]
    given, family, known = worth(word)
    counted = bool(digits) and not is_a_place(word)  # randerson84, though few are called Randerson
    whole = known or (max(given, family) > _RARE and not counted)
    if whole or word in facts.words("programming"):
        return False
    least = 3 if len(word) > _SHORT else 6
    return (
        any(_borne(one) >= least for one in (word[1:], word[:-1]))
        or (len(word) > _SHORT and raw_worth(word[:-1])[0] >= 4)
        or (len(word) > _SHORT + 1 and raw_worth(word[:-2])[0] >= 4)
    )


def is_sure_name(folded: str) -> bool:
    """A word that is a name, and neither a word nor a place."""
    if is_a_place(folded) or not _NAME.fullmatch(folded):
        return False
    return is_only_a_name(folded) or (not worth(folded)[2] and _borne(folded) >= _BORNE)


def is_somebodys(text: str) -> bool:
    """Where somebody may stand as well as anything else: an account that is made of a name, or a
    name and nothing else, a number before it or not: mkellner42, 77-Kowalczyk."""
    said = _NUMBER_BEFORE.sub("", text.strip())
    nobody = ("system_users", "makers", "firms_alone")
    if any(said.lower() in facts.words(one) for one in nobody):
        return False
    if apart := _INITIAL_APART.fullmatch(said):
        return _is_borne_alone(fold(apart[2] or apart[3]))  # m_kellner, no banner_a
    word = fold(said)
    many = said != word or max(*raw_worth(word), _borne(word)) > _FEW  # texter, a few bear it
    return is_account(said) or (is_sure_name(word) and many)


def is_often_borne(text: str) -> bool:
    """One word with a capital that so many are called by that it is no word, where somebody may
    stand: Maria, Peter, Smith; no Will, no Austin."""
    if not _CAPITAL.fullmatch(text):
        return False
    word = fold(text)
    given, family, _ = worth(word)
    return max(given, family) >= (_MANY if is_a_place(word) else _OFTEN)


def may_be_somebodys(text: str) -> bool:
    """Where a role or a deed says that somebody is told: made of a name, or often borne."""
    return is_somebodys(text) or is_often_borne(text)


def is_often_given(text: str) -> bool:
    """The same where anything may stand: Maria and Thomas, no Green, no Amber."""
    return is_often_borne(text) and worth(fold(text))[0] > _OFTEN


def _is_borne_alone(folded: str) -> bool:
    return not worth(folded)[2] and max(_borne(folded), raw_worth(folded)[0]) >= _FEW


def is_two_names(text: str) -> bool:
    """A given and a family name in one word, where something speaks for them."""
    splits = ((text[:at], text[at:]) for at in range(3, len(text) - 2))
    return any(raw_worth(a)[0] >= 2 and raw_worth(b)[1] >= 3 for a, b in splits)


def is_joined_name(text: str) -> bool:
    """The same where a person is expected: rarer names, if the two are no word together; one that
    is a word by itself must be the more frequent."""
    word = fold(text)
    given, family, known = worth(word)
    if not _JOINED.fullmatch(word) or known or max(given, family) > _RARE:
        return False
    splits = ((word[:at], word[at:]) for at in range(3, len(word) - 3))
    return any(
        f"{a} {b}" not in facts.words("not_people")
        and raw_worth(a)[0] >= (6 if is_listed(a) else 3)
        and raw_worth(b)[1] >= (3 if is_listed(b) else 2)
        for a, b in splits
    )


def _are_names(first: str, last: str) -> bool:
    given, family = raw_worth(first)[0], raw_worth(last)[1]
    return given >= 4 and family >= 4 and (worth(first)[0] >= 3 or worth(last)[1] >= 3)
