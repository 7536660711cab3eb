"""What a host decides: whose it is, by what its labels are made of."""

import re
from functools import cache

from weir.schemas import detect as facts
from weir.transforms.detect.fields.policy import Rule
from weir.transforms.detect.fields.shapes import calls, is_person
from weir.transforms.detect.fields.told import is_somebodys_machine
from weir.transforms.detect.people.persons import could_be_a_person, could_be_one_name
from weir.transforms.detect.people.users import is_two_names, is_user_name
from weir.transforms.detect.people.worth import fold, is_listed, raw_worth

_BLOGSPOT = re.compile(r"\.blogspot\.[a-z.]{2,6}$")  # in each country by another name
_NATIONAL = re.compile(r"0[1-9]\d{8,9}|[2-9]\d\d[2-9]\d{6}")
_NUMERIC_HOST = re.compile(r"0x[0-9a-f]{7,8}|\d{8,10}|0[0-7]{9,12}", re.IGNORECASE)


def by_host(text: str) -> Rule | None:
    """A host that is an IPv4 address written as one number, or is named by a telephone number."""
    if _NUMERIC_HOST.fullmatch(text):
        return Rule("ip", "numeric_host", 1.0, "the host is an address written as a number")
    if any(_NATIONAL.fullmatch(label) or calls(label) for label in text.split(".")):
        return Rule("phone", "numeric_host", 0.6, "a label of the host is a telephone number")
    *above, name, ending = ["", *_BLOGSPOT.sub(".blogspot.com", text.lower()).split(".")]
    site, routes = f"{name}.{ending}", facts.routes()
    if site in routes.hosted and _is_somebodys(" ".join(above).strip()):
        return Rule("id", "hosted", 0.6, "such sites call their hosts after who writes there")
    if site in routes.hosted_projects and is_user_name(above[-1]):
        return Rule("id", "hosted", 0.6, "the label before such a site is made of a name")
    if ending in routes.own_networks and any(map(_is_a_machine_of_somebody, (*above, name))):
        return Rule("id", "own_network", 0.6, "a machine of a network that is called after someone")
    if _has_a_homepage([*above, name]):
        return Rule("id", "hosted", 0.6, "the label before one for persons is made of a name")
    if any(map(_is_behind_a_title, (*above, name))):
        return Rule("name", "hosted", 0.5, "a label of the host is a title or a trade and a name")
    return None


@cache
def called_hosts() -> str:
    """Hosts that may be called after somebody (RE2)."""
    routes = facts.routes()
    sites = "|".join(map(re.escape, sorted(routes.hosted | routes.hosted_projects)))
    titles = "|".join(sorted(routes.before_hosts))
    networks, pages = ("|".join(sorted(s)) for s in (routes.own_networks, routes.homepages))
    ends = rf"\.(?:{sites}|blogspot\.[a-z.]{{2,6}}|{networks})$"
    return rf"(?i:{ends}|[a-z]\.(?:{pages})\.|(?:^|\.)(?:{titles})[a-z]{{4}})"


def _is_a_machine_of_somebody(label: str) -> bool:
    return is_user_name(label) or is_somebodys_machine(label)


def _has_a_homepage(labels: list[str]) -> bool:
    """Before a label for persons one that is made of a name, or two that are names."""
    ends = [at for at, label in enumerate(labels) if at and label in facts.routes().homepages]
    return any(
        is_user_name(labels[at - 1])
        or (is_person(labels[at - 1]) and _is_somebodys(labels[at - 1]))
        or (at > 1 and _are_names(labels[at - 2], labels[at - 1], given=2, family=3))
        for at in ends
    )


def _is_behind_a_title(label: str) -> bool:
    """A name behind a title or a trade in one label: drhannesvogel, rechtsanwaltmeier."""
    for title in facts.routes().before_hosts:
        if label.startswith(title):
            rest = label[len(title) :]
            family = len(title) > 5 and raw_worth(rest)[1] >= 4 and not is_listed(rest)
            if family or (len(rest) > 6 and is_two_names(rest)):
                return True
    return False


def _is_somebodys(labels: str) -> bool:
    """A name, or a word that no dictionary has."""
    alone = labels.rstrip("0123456789")
    if could_be_one_name(alone) or (is_person(labels) and could_be_a_person(labels)):
        return True
    first, _, last = labels.partition("-")
    return _are_names(first, last, given=7, family=6)  # a brand's, too: paul-smith


def _are_names(first: str, last: str, given: int, family: int) -> bool:
    return raw_worth(fold(first))[0] >= given and raw_worth(fold(last))[1] >= family
