"""Who lives in the sample: registered people, their browsers, the anonymous, the robots."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from sample_data import words
from sample_data.model import DAYS, Browser, Person

REGISTERED = 3300
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def token(rng: Random, prefix: str, length: int) -> str:
    """An identifier that nobody could guess and nothing else looks like."""
    return prefix + "".join(rng.choices(_LETTERS, k=length))


@dataclass
class Town:
    """Addresses and user agents, given out so that no two browsers share both."""

    rng: Random
    taken: set[tuple[str, str]] = field(default_factory=set)
    shared: list[str] = field(default_factory=list)
    agents: list[tuple[str, str, int]] = field(default_factory=words.agents)

    def __post_init__(self) -> None:
        self.shared = [self.address() for _ in range(420)]
        self.weights = [weight for *_, weight in self.agents]

    def address(self) -> str:
        """An address that belongs to nobody: RFC 2544, RFC 6598, RFC 1918, RFC 3849."""
        rng = self.rng
        match rng.choices(("bench", "carrier", "private", "v6"), (45, 25, 18, 12))[0]:
            case "bench":
                return f"198.{rng.randint(18, 19)}.{rng.randint(100, 255)}.{rng.randint(10, 254)}"
            case "carrier":
                return f"100.{rng.randint(64, 127)}.{rng.randint(100, 255)}.{rng.randint(10, 254)}"
            case "private":
                return f"10.{rng.randint(100, 255)}.{rng.randint(100, 255)}.{rng.randint(10, 254)}"
        net, subnet, host = (rng.randint(low, 65535) for low in (4096, 256, 16))
        return f"2001:db8:{net:x}:{subnet:x}::{host:x}"

    def place(self) -> tuple[str, str, str]:
        """(address, user agent, family); a third of them behind a shared address."""
        while True:
            shared = self.rng.random() < 1 / 3
            address = self.rng.choice(self.shared) if shared else self.address()
            text, family, _ = self.rng.choices(self.agents, self.weights)[0]
            if (address, text) not in self.taken:
                self.taken.add((address, text))
                return address, text, family

    def move(self, agent: str) -> str:
        """Another address for a user agent."""
        while (address := self.address(), agent) in self.taken:
            pass
        self.taken.add((address, agent))
        return address


@dataclass
class Population:
    """A site's people and the browsers that come every day."""

    site: str
    people: list[Person]
    regulars: list[Browser]
    town: Town
    rng: Random

    def strangers(self, day: date) -> list[Browser]:
        """Browsers seen on one day only: new ones, those that refuse cookies, URL sessions."""
        made = [self.newcomer(f"new-{day}-{number}") for number in range(480)]
        made += [self._browser(f"refuser-{day}-{n}") for n in range(170)]
        for number in range(120):
            browser = self._browser(f"session-{day}-{number}")
            browser.session = token(self.rng, "s", 15) + ".node1"
            made.append(browser)
        for browser in made:
            if self.rng.random() < 0.04:
                browser.signal, browser.scripts = "gpc", False
        return made

    def robots(self, day: date) -> list[Browser]:
        """Robots, one for each user agent."""
        return [
            Browser(f"bot-{day}-{n}", self.site, self.town.address(), agent, "", bot=True)
            for n, agent in enumerate(words.BOT_AGENTS)
        ]

    def _browser(self, name: str) -> Browser:
        return Browser(f"{self.site}-{name}", self.site, *self.town.place())

    def newcomer(self, name: str) -> Browser:
        """A browser that gets its cookie with its first request."""
        browser = self._browser(name)
        browser.cookie, browser.new = token(self.rng, "v", 13), True
        if self.site == "www" and self.rng.random() < 0.75:
            browser.scripts, browser.traits = True, _said(self.rng)
        return browser


def populate(site: str, rng: Random) -> Population:
    """A site's people; the same for the same `rng`."""
    people = [_person(site, number, rng) for number in range(REGISTERED)]
    population = Population(site, people, [], Town(rng), rng)
    for number, person in enumerate(people):
        population.regulars.append(_first_browser(population, person, number))
        if number % 50 == 0:
            population.regulars.append(_second_browser(population, person))
    for number in range(5):  # a browser that two people use
        shared, other = population.regulars[7 + 60 * number], people[9 + 60 * number]
        if not (other.opted_out or people[6 + 60 * number].opted_out):
            shared.users, shared.login = (*shared.users, other.user), "always"
            shared.new, shared.greeted = False, True
    for number in range(260):  # known by their cookie, never logged in
        browser = population._browser(f"anonymous-{number}")
        browser.cookie, browser.greeted = token(rng, "v", 13), True
        browser.signal = rng.choices(("", "gpc", "cookie"), (92, 4, 4))[0]
        population.regulars.append(browser)
    return population


def _first_browser(population: Population, person: Person, number: int) -> Browser:
    rng = population.rng
    browser = population._browser(f"user-{number}")
    browser.cookie, browser.users = token(rng, "v", 13), (person.user,)
    browser.letters = person.recipient
    plain = not person.opted_out
    browser.new = plain and rng.random() < 0.15
    browser.login = "halfway" if plain and rng.random() < 0.2 else "always"
    browser.signal = rng.choices(("", "gpc", "cookie"), (95, 3, 2))[0] if not browser.new else ""
    browser.greeted = not browser.new
    browser.scripts = population.site == "www" and not browser.signal and rng.random() < 0.06
    if rng.random() < 0.04:
        browser.second_address = population.town.move(browser.agent)
    return browser


def _second_browser(population: Population, person: Person) -> Browser:
    browser = population._browser(f"second-{person.user}")
    browser.cookie = token(population.rng, "v", 13)
    browser.users, browser.login, browser.greeted = (person.user,), "always", True
    browser.letters = person.recipient
    return browser


def _said(rng: Random) -> dict[str, str | int]:
    (low, high), gender, group, _ = rng.choices(words.SAID, [w for *_, w in words.SAID])[0]
    return {
        "age": rng.randint(low, high),
        "gender": rng.choice(words.GENDERS[gender]),
        "profession": rng.choice(words.TITLES[group]),
    }


def _person(site: str, number: int, rng: Random) -> Person:
    ages, gender, group, _ = rng.choices(words.COMBINATIONS, [w for *_, w in words.COMBINATIONS])[0]
    if number < 3:
        ages, gender, group = words.RARE
    elif number % 80 == 39:
        ages, gender, group = words.BIRTHDAY
    born = _birth_date(rng, ages, number) if ages else ""
    said = rng.choice(words.GENDERS[gender]) if gender else ""
    title = rng.choice(words.TITLES[group]) if group is not None else ""
    user = token(rng, "m", 10)
    opted_out = rng.random() < 0.02
    first, last = rng.choice(words.FIRST_NAMES), rng.choice(words.LAST_NAMES)
    city, postcode = rng.choice(words.CITIES)
    row = {
        "user_id": user,
        "email": f"{first}.{last}{number}@{rng.choice(words.MAIL_DOMAINS)}".lower(),
        "first_name": first,
        "last_name": last,
        "phone": f"+1-{rng.choice(words.AREA_CODES)}-555-01{rng.randint(0, 99):02}",
        "address": f"{rng.randint(100, 999)} {rng.choice(words.STREETS)}",
        "city": city,
        "postcode": postcode,
        "company": rng.choice(words.COMPANIES),
        "card": rng.choice(words.CARDS) if rng.random() < 0.25 else "",
        "birth_date": born,
        "gender": said,
        "profession": title,
        "opt_out": "yes" if opted_out else "no",
    }
    return Person(
        site,
        user,
        token(rng, "r", 11),
        (born, said, title),
        group,
        gender or "unknown",
        row,
        opted_out,
    )


def _birth_date(rng: Random, ages: tuple[int, int], number: int) -> str:
    """Someone of that age on all three days; every 80th turns 25 on the second day."""
    if number % 80 == 39:
        return "1983-04-22"
    born = date(DAYS[0].year - rng.randint(*ages), rng.randint(1, 12), rng.randint(1, 28))
    if born.month == 4 and 20 < born.day < 25:
        born = born.replace(day=25)
    if (born.month, born.day) > (4, 20):  # this year's birthday is still to come
        born = born.replace(year=born.year - 1)
    return born.isoformat()
