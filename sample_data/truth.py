"""What is true of a site's day: as it really was, and as the rules of recognition see it.

`ideal` follows each browser through all it did; the plain figures follow what a log can tell:
cookie, else URL session, else address and user agent, first requests stitched (DESIGN, "Words").
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from sample_data.model import SECOND, Browser, Hit, Person
from sample_data.outcomes import outcomes

HALF_HOUR = 30 * 60 * SECOND
Key = tuple[str, str]
_BANDS = ((17, "0-17"), (24, "18-24"), (34, "25-34"), (44, "35-44"), (54, "45-54"), (64, "55-64"))


def day_truth(hits: list[Hit], people: dict[str, Person]) -> dict[str, Any]:
    """Everything exact about one site's local day. `hits` are those of that day."""
    on_site = [hit for hit in hits if hit.on_site]
    views = [hit for hit in hits if hit.pageview]
    visitors = recognised(hits)
    visits = visits_of(on_site, visitors)
    ideal = {hit: ("browser", hit.browser.name) for hit in hits}
    kinds = {visitors[hit] for hit in on_site}
    refusing = {visitors[hit] for hit in on_site if _refuses(hit, people)}
    return {
        "hits": len(on_site),
        "people_hits": sum(not hit.browser.bot for hit in hits),
        "bot_hits": sum(hit.browser.bot for hit in hits),
        "pageviews": len(views),
        "visitors": len(kinds),
        "visits": len(visits),
        "ideal": {
            "visitors": len({h.browser for h in on_site}),
            "visits": len(visits_of(on_site, ideal)),
        },
        "visitors_by_basis": dict(sorted(Counter(basis for basis, _ in kinds).items())),
        "users": len({hit.user for hit in on_site if hit.user}),
        "visits_of_users": sum(any(hit.user for hit in visit) for visit in visits),
        "sharable_visitors": len(kinds - refusing),
        "opted_out_visitors": len(refusing),
        "sharable_pageviews": sum(visitors[hit] not in refusing for hit in views),
        "hours": _hours(views, visits, visitors),
        "pages": _by(views, visitors, lambda hit: None if _personal(hit) else hit.path),
        "browsers": _browsers(visits, visitors),
        "statuses": _counted(str(hit.status) for hit in on_site if hit.channel == "log"),
        "actions": _counted(
            hit.action for hit in hits if hit.channel != "script" and not hit.browser.bot
        ),
        "users_by": _demographics(on_site, people),
        "users_by_as_joined": _demographics(on_site, people, coarse=True),
        "visitors_said": _said(on_site, visitors),
        "campaigns": _campaigns(hits, visitors),
        "email": _email(hits),
        **outcomes(hits, visitors, visits),
    }


def recognised(hits: Iterable[Hit]) -> dict[Hit, Key]:
    """Who each hit counts for, by the rules: (basis, identifier)."""
    own = {hit: _own(hit) for hit in hits}
    firsts: dict[Key, dict[str, int]] = defaultdict(
        dict
    )  # network -> cookie -> its first hit there
    first_of_day: dict[str, int] = {}
    bare: dict[Key, list[Hit]] = defaultdict(list)  # network -> its hits that say nothing
    for hit in sorted(own, key=lambda hit: hit.at):
        basis, identifier = own[hit]
        network = (hit.address, hit.agent)
        if basis == "cookie" and identifier not in first_of_day:
            first_of_day[identifier] = hit.at
            firsts[network][identifier] = hit.at
        elif basis == "network":
            bare[network].append(hit)
    for network, alone in bare.items():
        for hit in alone:
            found = [c for c, at in firsts[network].items() if 0 <= at - hit.at <= HALF_HOUR]
            follows = any(0 < other.at - hit.at <= HALF_HOUR for other in alone)
            if len(found) == 1 and not follows:
                own[hit] = ("cookie", found[0])
    return own


def _own(hit: Hit) -> Key:
    if hit.cookie:
        return ("cookie", hit.cookie)
    if hit.session:
        return ("url_session", hit.session)
    return ("network", f"{hit.address} {hit.agent}")


def visits_of(on_site: list[Hit], visitors: dict[Hit, Key]) -> list[list[Hit]]:
    """Hits of one visitor without a silence of more than half an hour. One day only."""
    visits: list[list[Hit]] = []
    current: dict[Key, list[Hit]] = {}
    for hit in sorted(on_site, key=lambda hit: hit.at):
        visit = current.get(visitors[hit])
        if visit is None or hit.at - visit[-1].at > HALF_HOUR:
            visit = current[visitors[hit]] = []
            visits.append(visit)
        visit.append(hit)
    return visits


def age_band(age: int | None) -> str:
    """The bands of the tables."""
    if age is None:
        return "unknown"
    return next((band for last, band in _BANDS if age <= last), "65+")


def _refuses(hit: Hit, people: dict[str, Person]) -> bool:
    return bool(hit.browser.signal) or (hit.user is not None and people[hit.user].opted_out)


def _personal(hit: Hit) -> bool:
    """A canary stands in the path, so what becomes of the path is the wall's affair."""
    return any(canary.where.startswith("path") for canary in hit.canaries)


def _browsers(visits: list[list[Hit]], visitors: dict[Hit, Key]) -> dict[str, dict[str, int]]:
    """By the family of each visit's first hit."""
    found: dict[str, list[list[Hit]]] = defaultdict(list)
    for visit in visits:
        found[visit[0].browser.family].append(visit)
    return {
        family: {
            "pageviews": sum(hit.pageview for visit in of for hit in visit),
            "visitors": len({visitors[visit[0]] for visit in of}),
            "visits": len(of),
        }
        for family, of in sorted(found.items())
    }


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def _by(views: list[Hit], visitors: dict[Hit, Key], name: Any) -> dict[str, dict[str, int]]:
    found: dict[str, list[Hit]] = defaultdict(list)
    for hit in views:
        if (value := name(hit)) is not None:
            found[value].append(hit)
    return {
        value: {"pageviews": len(of), "visitors": len({visitors[hit] for hit in of})}
        for value, of in sorted(found.items())
    }


def _hours(
    views: list[Hit], visits: list[list[Hit]], visitors: dict[Hit, Key]
) -> list[dict[str, int]]:
    pageviews = Counter(hit.local.hour for hit in views)
    starts = Counter(visit[0].local.hour for visit in visits)
    seen = {(hit.local.hour, visitors[hit]) for visit in visits for hit in visit}
    present = Counter(hour for hour, _ in seen)
    return [
        {
            "hour": hour,
            "pageviews": pageviews[hour],
            "visits_begun": starts[hour],
            "visitors": present[hour],
        }
        for hour in range(24)
    ]


def _demographics(
    on_site: list[Hit], people: dict[str, Person], coarse: bool = False
) -> dict[str, Any]:
    """Of the day's users. `coarse`: what fewer than 20 profiles of the site share is unknown."""
    day = on_site[0].local.date()
    told = {user: _combination(person, day) for user, person in people.items()}
    crowd = Counter(told.values())
    active = sorted({hit.user for hit in on_site if hit.user})
    rows = [
        told[user] if crowd[told[user]] >= 20 or not coarse else ("unknown",) * 3 for user in active
    ]
    return _crossed(rows, "users")


def _combination(person: Person, day: date) -> tuple[str, ...]:
    return (age_band(person.age(day)), person.gender, _group(person.group))


def _said(on_site: list[Hit], visitors: dict[Hit, Key]) -> dict[str, Any]:
    """Of visitors that told traits to a script that day."""
    tellers: dict[Key, Browser] = {
        visitors[hit]: hit.browser
        for hit in on_site
        if hit.event and hit.event["type"] == "identify" and hit.browser.traits
    }
    told: list[tuple[str, ...]] = []
    for browser in tellers.values():
        traits = browser.traits or {}
        told.append((age_band(int(traits["age"])), _gender(str(traits["gender"])), _title(traits)))
    return _crossed(told, "visitors")


def _gender(said: str) -> str:
    from sample_data.words import GENDERS

    return next(gender for gender, ways in GENDERS.items() if said in ways)


def _title(traits: dict[str, str | int]) -> str:
    from sample_data.words import TITLES

    return _group(next(group for group, titles in TITLES.items() if traits["profession"] in titles))


def _group(group: int | None) -> str:
    from sample_data.words import GROUPS

    return "unknown" if group is None else GROUPS[group]


def _crossed(told: list[tuple[str, ...]], measure: str) -> dict[str, Any]:
    names = ("age_band", "gender", "profession")
    single = {name: _counted(row[at] for row in told) for at, name in enumerate(names)}
    crosses = [
        dict(zip(names, row, strict=True)) | {measure: n}
        for row, n in sorted(Counter(told).items())
    ]
    return single | {"crosses": crosses}


def _campaigns(hits: list[Hit], visitors: dict[Hit, Key]) -> dict[str, dict[str, int]]:
    """By the campaign that tags name: shown, clicked, converted, and to how many visitors shown."""
    named = [hit for hit in hits if hit.channel == "tag" and hit.campaign]
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for hit in named:
        found[hit.campaign or ""][hit.action] += 1
    reach = Counter(
        name for name, _ in {(h.campaign, visitors[h]) for h in named if h.action == "impression"}
    )
    return {
        name: {"impressions": of["impression"], "clicks": of["click"],
               "conversions": of["conversion"], "reach": reach[name]}
        for name, of in sorted(found.items()) if not of["email_click"]
    }  # fmt: skip


def _email(hits: list[Hit]) -> dict[str, dict[str, int]]:
    opened, clicked = Counter(), Counter()  # type: Counter[str], Counter[str]
    readers = set()
    for hit in hits:
        if hit.message and hit.action == "email_open":
            opened[hit.message] += 1
            readers.add((hit.message, hit.recipient))
        elif hit.message and hit.action == "email_click":
            clicked[hit.message] += 1
    unique = Counter(message for message, _ in readers)
    return {
        name: {"opens": opened[name], "unique_opens": unique[name], "clicks": clicked[name]}
        for name in sorted(opened | clicked)
    }
