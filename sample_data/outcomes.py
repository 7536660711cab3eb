"""What is true of a day beside its visits: files, errors, searches, calls, recommendations,
customers, and which campaigns conversions are credited to."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sample_data.asked import as_counted
from sample_data.model import DAYS, Hit

Key = tuple[str, str]
CROWD = 20
CLICK_DAYS, VIEW_DAYS = 7, 1


def outcomes(hits: list[Hit], visitors: dict[Hit, Key], visits: list[list[Hit]]) -> dict[str, Any]:
    """Everything of one site's local day that is not about visits as such."""
    people = [hit for hit in hits if not hit.browser.bot]
    of_visit = {hit: number for number, visit in enumerate(visits) for hit in visit}
    return {
        "downloads": _downloads(people, visitors, of_visit),
        "errors": _errors(hits, visitors),
        "searches": _searches(people, visitors),
        "calls": _named(people, "call", "c"),
        "recommendations": _named(people, "recommendation", "pr"),
        "customers": _customers(people, visitors),
        "frequencies": _frequencies(people, visitors),
    }


def _downloads(
    people: list[Hit], visitors: dict[Hit, Key], of_visit: dict[Hit, int]
) -> dict[str, dict[str, int]]:
    found = _grouped(
        (hit for hit in people if hit.action == "download" and hit.status < 400),
        lambda hit: hit.path,
    )
    return {
        path: {
            "downloads": len({of_visit[hit] for hit in of}),
            "visitors": len({visitors[hit] for hit in of}),
            "requests": len(of),
        }
        for path, of in sorted(found.items())
    }


def _errors(hits: list[Hit], visitors: dict[Hit, Key]) -> dict[str, dict[str, int]]:
    """By status; what robots met is apart."""
    failed = [hit for hit in hits if hit.channel == "log" and hit.status >= 400]
    return {
        str(status): {
            "hits": sum(not hit.browser.bot for hit in of),
            "hits_bots": sum(hit.browser.bot for hit in of),
        }
        for status, of in sorted(_grouped(failed, lambda hit: hit.status).items())
    }


def _searches(people: list[Hit], visitors: dict[Hit, Key]) -> dict[str, dict[str, int]]:
    """Terms of at least CROWD visitors; what fewer typed, personal data among it, is together."""
    found = _grouped((hit for hit in people if hit.pageview and _term(hit)), _term)
    few = [term for term, of in found.items() if len({visitors[hit] for hit in of}) < CROWD]
    other = [hit for term in few for hit in found.pop(term)]
    return {
        term: {"searches": len(of), "visitors": len({visitors[hit] for hit in of})}
        for term, of in sorted({**found, "(other)": other}.items())
        if of
    }


def _term(hit: Hit) -> str:
    typed = dict(hit.query).get("q", "")
    return as_counted(typed) if typed else hit.raw_query * hit.raw_query.startswith("q=")


def _named(people: list[Hit], action: str, parameter: str) -> dict[str, int]:
    """Tags of an action by what one of their parameters names."""
    tags = [hit for hit in people if hit.channel == "tag" and hit.action == action]
    return dict(sorted(Counter(dict(hit.query).get(parameter, "(none)") for hit in tags).items()))


def _customers(people: list[Hit], visitors: dict[Hit, Key]) -> dict[str, dict[str, int]]:
    named = [hit for hit in people if hit.channel == "tag" and "c" in dict(hit.query)]
    found = _grouped(named, lambda hit: dict(hit.query)["c"])
    return {
        customer: {
            "impressions": sum(hit.action == "impression" for hit in of),
            "clicks": sum(hit.action == "click" for hit in of),
            "conversions": sum(hit.action == "conversion" for hit in of),
            "reach": len({visitors[hit] for hit in of if hit.action == "impression"}),
        }
        for customer, of in sorted(found.items())
    }


def _frequencies(people: list[Hit], visitors: dict[Hit, Key]) -> dict[str, dict[str, int]]:
    """Campaign -> how many browsers were shown it once, twice, … by the bands of the tables."""
    shown = Counter((h.campaign, visitors[h]) for h in people if h.action == "impression")
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for (campaign, _), times in shown.items():
        found[campaign or ""][_band(times)] += 1
    return {campaign: dict(sorted(of.items())) for campaign, of in sorted(found.items())}


def _band(times: int) -> str:
    bands = ((3, str(times)), (5, "4-5"), (10, "6-10"))
    return next((name for last, name in bands if times <= last), "11+")


def attributions(
    by_day: dict[date, list[Hit]], visitors: dict[date, dict[Hit, Key]]
) -> dict[date, dict[str, dict[str, int]]]:
    """Of each day and model: conversions by the campaign that they are credited to. A browser is
    followed over days by its key; days before the first one of the sample are not known."""
    found = {}
    for day in DAYS:
        credits: dict[str, Counter[str]] = defaultdict(Counter)
        made = [h for h in by_day[day] if h.action == "conversion" and not h.browser.bot]
        keys = {visitors[day][hit] for hit in made}
        contacts = _contacts(by_day, visitors, day, keys)
        for hit in made:
            before = [c for c in contacts[visitors[day][hit]] if c[0] <= hit.at]
            clicks = [c for c in before if c[1] == "click"]
            credits["last_touch"][_last(before)] += 1
            credits["last_click"][_last(clicks)] += 1
            if before and not clicks:
                credits["view_through"][_last(before)] += 1
        found[day] = {model: dict(sorted(of.items())) for model, of in sorted(credits.items())}
    return found


Contact = tuple[int, str, str]  # when, kind, campaign


def _contacts(
    by_day: dict[date, list[Hit]],
    visitors: dict[date, dict[Hit, Key]],
    day: date,
    keys: set[Key],
) -> dict[Key, list[Contact]]:
    found: dict[Key, list[Contact]] = defaultdict(list)
    for earlier in DAYS:
        past = (day - earlier).days
        if past < 0:
            continue
        for hit in by_day[earlier]:
            kind = _kind(hit)
            window = CLICK_DAYS if kind == "click" else VIEW_DAYS
            if kind and past <= window and visitors[earlier][hit] in keys:
                name = hit.campaign or hit.message or ""
                found[visitors[earlier][hit]].append((hit.at, kind, name))
    return found


def _kind(hit: Hit) -> str:
    if hit.browser.bot or not (hit.campaign or hit.message):
        return ""
    if hit.action in {"click", "page", "email_click"}:
        return "click"
    return "view" if hit.action in {"impression", "email_open"} else ""


def _last(contacts: list[Contact]) -> str:
    """The latest; of those of one moment the first by kind and name."""
    if not contacts:
        return "(none)"
    latest = max(at for at, _, _ in contacts)
    return min((kind, name) for at, kind, name in contacts if at == latest)[1]


def _grouped(hits: Iterable[Hit], name: Callable[[Hit], Any]) -> dict[Any, list[Hit]]:
    found: dict[Any, list[Hit]] = defaultdict(list)
    for hit in hits:
        found[name(hit)].append(hit)
    return found
