"""What browsers do in a day: visits, pages, tags, script events; and robots."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random

from sample_data import words
from sample_data.model import DAYS, HOSTS, SECOND, TAGS, Browser, Hit, midnight
from sample_data.people import Population

MINUTE, HOUR = 60 * SECOND, 3600 * SECOND
_REQUESTS = {"page": 760, "kept": 90, "cached": 60, "missing": 20, "moved": 25, "post": 20,
             "head": 5, "file": 18, "error": 2}  # fmt: skip
# Share of visits that begin in each local hour.
_HOURS = (3, 2, 1, 1, 1, 2, 4, 6, 8, 9, 10, 10, 11, 10, 9, 9, 9, 9, 10, 11, 12, 11, 8, 6)


def days(population: Population) -> Iterator[Hit]:
    """All hits of the three days, and a little of the evening before and the night after."""
    site, rng = population.site, population.rng
    dawn, dusk = midnight(site, DAYS[0]), midnight(site, DAYS[-1] + timedelta(days=1))
    evening = [b for b in rng.sample(population.regulars, 150) if not b.new]
    for browser in evening:
        yield from visit(population, browser, dawn - rng.randint(20, 60) * MINUTE)
    for day in DAYS:
        yield from one_day(population, day)
    night = [b for b in rng.sample(population.regulars, 60) if b.greeted]
    for browser in night:
        yield from visit(population, browser, dusk + rng.randint(1, 20) * MINUTE)


def one_day(population: Population, day: date) -> Iterator[Hit]:
    """A site's local day."""
    rng = population.rng
    come = [b for b in population.regulars if rng.random() < (0.8 if b.users else 0.6)]
    for browser in come + population.strangers(day):
        yield from visits(population, browser, midnight(population.site, day))
    yield from impressions(population, day)
    yield from openings(population, day)
    for robot in population.robots(day):
        yield from crawl(rng, robot, midnight(population.site, day))
    yield from crowded(population, day)


def visits(population: Population, browser: Browser, dawn: int) -> Iterator[Hit]:
    """One visit, sometimes two; the pause between them now and then exactly at the limit."""
    rng = population.rng
    start = dawn + rng.choices(range(24), _HOURS)[0] * HOUR + rng.randint(0, 3599) * SECOND
    hits = list(visit(population, browser, start))
    yield from hits
    pause = rng.choices(
        (0, 30 * MINUTE, 30 * MINUTE + SECOND, rng.randint(45, 300) * MINUTE), (84, 1, 1, 14)
    )
    end = max(hit.at for hit in hits)
    if pause[0] and end + pause[0] < dawn + 23 * HOUR:
        whole = end - end % SECOND  # script events have milliseconds, log lines have not
        yield from visit(population, browser, whole + pause[0], second=True)


def visit(
    population: Population, browser: Browser, start: int, second: bool = False
) -> Iterator[Hit]:
    """Entry, pages with what belongs to them, an exit."""
    rng, site, at = population.rng, browser.site, start
    user = browser.users[-1 if second else 0] if browser.users else None
    known_from = rng.randint(1, 2) if browser.login == "halfway" else 0
    moves_at = rng.randint(1, 2) if browser.second_address and browser.cookie else -1
    address = browser.address
    entry = _entry(population, browser, second)
    page = entry.path
    for step in range(rng.choices((1, 2, 3, 4, 6), (30, 30, 22, 12, 6))[0] + (known_from > 0)):
        if step == moves_at and browser.second_address:
            address = browser.second_address
        named = user if step >= known_from else None
        fresh = browser.new and not browser.greeted
        hit = entry if step == 0 else _page(rng, site, page)
        hit.at, hit.browser, hit.address, hit.agent = at, browser, address, browser.agent
        hit.cookie, hit.user = (None, None) if fresh else (browser.cookie, named)
        browser.greeted = browser.greeted or fresh
        yield hit
        for extra in _extras(rng, hit, HOSTS[site]):
            extra.address, extra.agent = address, browser.agent
            extra.cookie, extra.user = browser.cookie, named
            yield extra
            at = max(at, extra.at - extra.at % SECOND)
        if fresh and not _has_cookie_after(rng):
            return
        page = hit.path
        at += rng.choices((rng.randint(8, 90), rng.randint(90, 600)), (80, 20))[0] * SECOND


def _has_cookie_after(rng: Random) -> bool:
    """A new browser that leaves after one page still fetched parts of it, with the cookie."""
    return rng.random() < 0.97


def _entry(population: Population, browser: Browser, second: bool) -> Hit:
    rng, site = population.rng, browser.site
    chance, page = rng.random(), _choose(rng, site)
    query: tuple[tuple[str, str], ...]
    if second and chance < 0.5:  # back after a pause, on a page that was still open
        return Hit(0, browser, path=page, referrer=f"http://{HOSTS[site]}/",
                   size=rng.randint(2000, 30000))  # fmt: skip
    if chance < 0.14 and browser.cookie and not browser.alike:
        campaign = _campaign(rng, site)
        query = (*_named(campaign), ("utm_content", rng.choice(campaign.ads)))
        return Hit(0, browser, path=words.LANDINGS[site], query=query, campaign=campaign.name,
                   customer=campaign.customer, referrer=_source(campaign),
                   size=rng.randint(2000, 30000))  # fmt: skip
    if chance < 0.22 and browser.login == "always":
        message = rng.choice(words.MESSAGES[site])
        query = (("utm_campaign", message), ("utm_medium", "email"), ("utm_source", "letter"))
        return Hit(0, browser, path=words.LANDINGS[site], query=query, campaign=message,
                   message=message, size=rng.randint(2000, 30000))  # fmt: skip
    referrer = ""
    if chance < 0.55:
        pattern = rng.choices([r for r, _ in words.REFERRERS], [w for _, w in words.REFERRERS])[0]
        referrer = pattern.format(term=rng.choice(words.TOPICS))
    return Hit(0, browser, path=page, referrer=referrer, size=rng.randint(2000, 30000))


def _campaign(rng: Random, site: str) -> words.Campaign:
    campaigns = words.CAMPAIGNS[site]
    return rng.choices(campaigns, [campaign.weight for campaign in campaigns])[0]


def _named(campaign: words.Campaign) -> tuple[tuple[str, str], ...]:
    return (("utm_campaign", campaign.name), ("utm_medium", campaign.medium),
            ("utm_source", campaign.source))  # fmt: skip


def _source(campaign: words.Campaign) -> str:
    """The page that the campaign is on; a letter has none."""
    return "" if campaign.medium == "email" else f"http://{campaign.source}.example/"


def _choose(rng: Random, site: str) -> str:
    pages = words.PAGES[site]
    return rng.choices([page for page, _ in pages], [weight for _, weight in pages])[0]


def _page(rng: Random, site: str, before: str) -> Hit:
    """A further request of a visit: mostly a page, sometimes something else."""
    nobody = Browser("", site, "", "", "")
    hit = Hit(0, nobody, path=_choose(rng, site), size=rng.randint(1500, 40000))
    hit.referrer = f"http://{HOSTS[site]}{before}"
    match rng.choices(list(_REQUESTS), list(_REQUESTS.values()))[0]:
        case "kept":
            hit.query = (("topic", rng.choice(words.TOPICS)), ("sort", rng.choice(words.SORTS)))
        case "cached":
            hit.status, hit.size = 304, 0
        case "missing":
            hit.path, hit.status = "/old/page", 404
        case "moved":
            hit.status, hit.size = rng.choice((301, 302)), 0
        case "post":
            hit.method, hit.path = "POST", "/search"
        case "head":
            hit.method, hit.size = "HEAD", 0
        case "file":
            hit.path, hit.action, hit.size = words.DOWNLOADS[site], "download", 480_000
        case "error":
            hit.status = 500
    return hit


def _extras(rng: Random, hit: Hit, host: str) -> Iterator[Hit]:
    """What follows a page: a part of it, tags, a script event."""
    browser, at = hit.browser, hit.at
    first = browser.new and hit.cookie is None
    if first or rng.random() < 0.2:
        at += SECOND * rng.randint(1, 2)
        yield Hit(at, browser, path=rng.choice(words.ASSETS), action="asset",
                  size=rng.randint(300, 9000), referrer=f"http://{host}{hit.path}")  # fmt: skip
    for kind, chance in (("pv", 0.12), ("call", 0.012), ("rec", 0.03)):
        if not browser.session and rng.random() < chance:
            at += SECOND
            yield tag(rng, hit, kind, at)
    if hit.campaign and browser.cookie:
        at += SECOND
        if hit.message:
            yield tag(rng, hit, "eclk", at)
        else:
            yield tag(rng, hit, "clk", at)
            if rng.random() < 0.35:
                yield tag(rng, hit, "conv", at + rng.randint(3, 20) * SECOND)
    if browser.scripts and hit.action == "page" and hit.status == 200:
        yield from _told(rng, hit, at)


def tag(rng: Random, hit: Hit, kind: str, at: int) -> Hit:
    """A hit on the one-pixel image, from the page of `hit`."""
    site, host = hit.browser.site, HOSTS[hit.browser.site]
    query = [("a", kind), ("p", f"http://{host}{hit.path}")]
    tagged = Hit(at, hit.browser, "tag", TAGS[kind], path="/t.gif", size=43, campaign=None)
    tagged.referrer = f"http://{host}{hit.path}"
    if hit.browser.cookie and rng.random() < 0.5:
        query.append(("v", hit.browser.cookie))
        if not hit.browser.signal and rng.random() < 0.2:  # third-party cookies are blocked
            tagged.bare = True
            query += [("u", hit.user)] if hit.user else []
    if kind in {"clk", "conv", "eclk"}:
        query.append(("utm_campaign", hit.campaign or ""))
        tagged.campaign = hit.campaign
        query += [
            (name, value) for name, value in hit.query if name in {"utm_medium", "utm_source"}
        ]
        query += [("ad", value) for name, value in hit.query if name == "utm_content"]
    customer = rng.choice(words.CUSTOMERS[site]) if kind == "call" else hit.customer
    if kind in {"clk", "conv", "call"} and customer:
        query.append(("c", customer))
    if kind == "rec":
        query.append(("pr", rng.choice(words.PRODUCTS)))
    if kind == "eclk":
        tagged.message = hit.message
        tagged.recipient = hit.browser.letters
        query += [("m", hit.message or ""), ("r", hit.browser.letters)]
    tagged.query = tuple(query)
    return tagged


def _told(rng: Random, hit: Hit, at: int) -> Iterator[Hit]:
    browser, milliseconds = hit.browser, rng.randint(1, 999) * 1000
    at += SECOND + milliseconds
    first = browser.traits is not None and not browser.told
    kinds = ["page"] + (["identify"] if first else []) + (["track"] if rng.random() < 0.25 else [])
    for offset, kind in enumerate(kinds):
        event: dict[str, object] = {"type": kind}
        if kind == "identify":
            event["traits"] = browser.traits
            browser.told = True
        if kind == "track":
            event["event"] = rng.choice(words.SCRIPT_EVENTS)
            event["properties"] = {"list": rng.choice(words.TOPICS)}
        yield Hit(at + offset * 1000, browser, "script", kind, path=hit.path, event=event,
                  campaign=hit.campaign, query=hit.query, referrer=hit.referrer)  # fmt: skip


def impressions(population: Population, day: date) -> Iterator[Hit]:
    """Advertisements shown on other sites to browsers that have the cookie."""
    rng, site = population.rng, population.site
    known = [b for b in population.regulars if b.greeted and not b.new]
    for campaign in words.CAMPAIGNS[site]:
        for _ in range(campaign.impressions):
            browser = rng.choice(known)
            at = midnight(site, day) + rng.randint(0, 86399) * SECOND
            query = (("a", "imp"), *_named(campaign), ("ad", rng.choice(campaign.ads)),
                     ("c", campaign.customer))  # fmt: skip
            yield Hit(at, browser, "tag", "impression", path="/t.gif", query=query, size=43,
                      campaign=campaign.name, referrer=_source(campaign), cookie=browser.cookie,
                      address=browser.address, agent=browser.agent,
                      user=browser.users[0] if browser.login == "always" else None)  # fmt: skip


def openings(population: Population, day: date) -> Iterator[Hit]:
    """E-mails read in mail programs: no cookie, a recipient in the address of the image."""
    rng, site = population.rng, population.site
    for message in words.MESSAGES[site]:
        for person in rng.sample(population.people, 260):
            reader = Browser(f"mail-{person.user}", site, population.town.address(),
                             rng.choice(words.MAIL_AGENTS), "")  # fmt: skip
            for _ in range(rng.choices((1, 2, 3), (75, 20, 5))[0]):
                at = midnight(site, day) + rng.randint(0, 86399) * SECOND
                query = (("a", "open"), ("m", message), ("r", person.recipient))
                yield Hit(at, reader, "tag", "email_open", path="/t.gif", query=query, size=43,
                          message=message, recipient=person.recipient, address=reader.address,
                          agent=reader.agent)  # fmt: skip


def crawl(rng: Random, robot: Browser, dawn: int) -> Iterator[Hit]:
    """A robot's day."""
    for _ in range(rng.randint(40, 90)):
        missing = rng.random() < 0.1
        yield Hit(dawn + rng.randint(0, 86399) * SECOND, robot,
                  address=robot.address, agent=robot.agent,
                  path="/robots.txt" if missing else _choose(rng, robot.site),
                  action="asset" if missing else "page", size=rng.randint(1000, 20000))  # fmt: skip


def crowded(population: Population, day: date) -> Iterator[Hit]:
    """Cases that the stitching rule must leave apart: two browsers alike behind one address."""
    rng, site = population.rng, population.site
    for number in range(6):
        pair = [population.newcomer(f"alike-{day}-{number}-{offset}") for offset in range(2)]
        address, agent, family = population.town.place()
        start = midnight(site, day) + rng.randint(8, 20) * HOUR
        for offset, browser in enumerate(pair):
            browser.address, browser.agent, browser.family = address, agent, family
            browser.alike = True
            browser.scripts, browser.traits, browser.signal = False, None, ""
            if number >= 4:  # both refuse cookies: one network, one visitor by the rule
                browser.cookie, browser.new = None, False
            yield from visit(population, browser, start + offset * 4 * MINUTE)


def iso(at: int) -> str:
    """A time as script vendors write it."""
    return (
        datetime.fromtimestamp(at / SECOND, UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z")
    )
