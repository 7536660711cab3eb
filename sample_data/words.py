"""The lists everything is drawn from. Written for this project; no person or company is meant."""

from typing import NamedTuple

FIRST_NAMES = (
    "Philomena", "Bartholomew", "Henrietta", "Thaddeus", "Wilhelmina", "Cornelius", "Josephine",
    "Leopold", "Clementine", "Ambrose", "Rosalind", "Montgomery", "Theodora", "Reginald",
    "Marguerite", "Ferdinand", "Guinevere", "Octavius", "Seraphina", "Barnaby", "Gwendolyn",
    "Alistair", "Millicent", "Desmond", "Ernestine", "Percival", "Lucinda", "Algernon",
    "Araminta", "Horatio", "Bernadette", "Ignatius", "Cordelia", "Lysander", "Drusilla",
    "Mortimer", "Euphemia", "Nathaniel", "Florentina", "Orlando",
)  # fmt: skip
LAST_NAMES = (
    "Quackenbush", "Featherstone", "Abernathy", "Winterbourne", "Thistlewood", "Blackwater",
    "Cholmondeley", "Drinkwater", "Fotheringham", "Grimshaw", "Huckaby", "Inglewood",
    "Jellicoe", "Kettleworth", "Lillywhite", "Mannering", "Netherfield", "Oglethorpe",
    "Pemberton", "Quillfeather", "Ravenscroft", "Silverthorne", "Tattersall", "Underwood",
    "Vandermeer", "Wigglesworth", "Yarborough", "Zimmermann", "Applegarth", "Birtwistle",
    "Cattermole", "Dunderdale", "Entwistle", "Fairweather", "Goldsworthy", "Hollingberry",
    "Ickleford", "Juniperson", "Knatchbull", "Loxley",
)  # fmt: skip
STREETS = ("Sample Street", "Specimen Road", "Placeholder Lane", "Template Avenue", "Dummy Square")
CITIES = (("Exampleton", "00010"), ("Sampleville", "00020"), ("Testborough", "00030"))
COMPANIES = ("Example Widgets", "Sample Freight", "Specimen Foods", "Template Textiles", "")
AREA_CODES = ("212", "312", "415", "617", "713", "206", "305", "404")
# Numbers that card schemes publish for tests; they belong to nobody.
CARDS = ("4111111111111111", "4012888888881881", "5555555555554444", "5105105105105100",
         "378282246310005", "371449635398431", "6011111111111117", "3530111333300000")  # fmt: skip
MAIL_DOMAINS = ("example.com", "example.org", "example.net", "mail.example.com", "post.example.org")

# Titles as people write them, by ISCO-08 major group.
TITLES = {
    0: ("Soldier", "Army officer"),
    1: ("Sales manager", "Managing director"),
    2: ("Software developer", "Teacher", "Nurse", "Lawyer"),
    3: ("Laboratory technician", "Insurance agent"),
    4: ("Secretary", "Office clerk"),
    5: ("Shop assistant", "Waiter"),
    6: ("Farmer", "Gardener"),
    7: ("Electrician", "Carpenter"),
    8: ("Truck driver", "Bus driver"),
    9: ("Cleaner", "Kitchen helper"),
}
GROUPS = {
    0: "armed forces", 1: "managers", 2: "professionals", 3: "technicians", 4: "clerical support",
    5: "service and sales", 6: "agriculture", 7: "craft and trades", 8: "machine operators",
    9: "elementary occupations",
}  # fmt: skip
# (age from, to), gender, major group or None (left empty), weight. Few, so that each has a crowd.
COMBINATIONS = (
    ((19, 24), "female", 5, 7), ((19, 24), "male", 5, 6), ((19, 24), "male", 7, 4),
    ((19, 24), "female", None, 4), ((26, 33), "female", 2, 12), ((26, 33), "male", 2, 11),
    ((26, 33), "female", 4, 6), ((26, 33), "male", 7, 5), ((36, 43), "female", 2, 9),
    ((36, 43), "male", 1, 7), ((36, 43), "male", 8, 4), ((36, 43), "female", 5, 6),
    ((46, 53), "female", 4, 6), ((46, 53), "male", 1, 5), ((46, 53), "male", 2, 5),
    ((56, 63), "female", 2, 4), ((56, 63), "male", 7, 4), ((67, 79), "female", None, 4),
    ((67, 79), "male", None, 4), (None, None, None, 3), ((26, 33), "other", 2, 2),
)  # fmt: skip
BIRTHDAY = ((24, 24), "female", 2)  # on the second of the three days, 25
RARE = ((67, 79), "other", 0)  # three people of a site: too few to be told of
SAID = COMBINATIONS[4:8] + COMBINATIONS[8:10]  # what visitors tell to scripts
GENDERS = {
    "female": ("female", "F", "woman"),
    "male": ("male", "M", "man"),
    "other": ("non-binary",),
}

PAGES = {
    "www": (
        ("/", 30), ("/books", 14), ("/books/fiction", 12), ("/books/history", 9),
        ("/books/cooking", 8),
        ("/books/travel.html", 7), ("/news", 8), ("/news/markets", 5), ("/news/weather", 6),
        ("/help/shipping.html", 3), ("/help/returns.html", 3), ("/about", 3), ("/search", 6),
        ("/account/orders", 4), ("/cart.jsp", 4), ("/news/archive/spring", 1),
    ),
    "shop": (
        ("/", 26), ("/garden", 12), ("/garden/seeds", 9), ("/garden/tools", 9), ("/kitchen", 10),
        ("/kitchen/pans", 7), ("/kitchen/knives", 6), ("/lamps.html", 6), ("/chairs.html", 5),
        ("/offers", 9), ("/offers/spring", 5), ("/checkout", 4), ("/contact.html", 3),
        ("/account/orders", 4), ("/search", 5), ("/stores/north", 1),
    ),
}  # fmt: skip
LANDINGS = {"www": "/books/fiction", "shop": "/offers/spring"}
DOWNLOADS = {"www": "/files/catalogue.pdf", "shop": "/files/pricelist.xls"}
ASSETS = ("/css/site.css", "/js/site.js", "/img/logo.png", "/favicon.ico", "/img/photo.jpg")
TOPICS = ("fiction", "history", "garden", "kitchen", "travel")
SORTS = ("price", "rating", "newest")


class Campaign(NamedTuple):
    """An advertiser's campaign, or a letter of the site's own."""

    name: str
    medium: str
    source: str
    ads: tuple[str, ...]
    customer: str
    weight: int  # of the visits that come by one
    impressions: int = 0  # a day


# The letters are too small to be named outside, and so is one customer's share of a campaign.
CAMPAIGNS = {
    "www": (
        Campaign("spring-sale", "banner", "portal", ("wide", "tall"), "alpha-press", 30, 700),
        Campaign("summer-reading", "banner", "newsdesk", ("wide", "square"), "beta-books", 24, 420),
        Campaign("city-breaks", "cpc", "finder", ("text",), "alpha-press", 20, 260),
        Campaign("summer-reading", "banner", "forum", ("square",), "small-press", 6),
        Campaign("readers-circle-north", "email", "letter", ("text",), "", 7),
        Campaign("readers-circle-south", "email", "letter", ("text",), "", 7),
        Campaign("readers-circle-west", "email", "letter", ("text",), "", 7),
    ),
    "shop": (
        Campaign("garden-week", "banner", "portal", ("wide", "tall"), "gamma-seeds", 30, 650),
        Campaign("new-kitchen", "cpc", "finder", ("text", "square"), "delta-lamps", 24, 400),
        Campaign("lamp-days", "banner", "blogring", ("tall",), "delta-lamps", 20, 180),
        Campaign("lamp-days", "banner", "forum", ("square",), "small-pots", 6),
        Campaign("gardeners-north", "email", "letter", ("text",), "", 7),
        Campaign("gardeners-south", "email", "letter", ("text",), "", 7),
        Campaign("gardeners-west", "email", "letter", ("text",), "", 7),
    ),
}
MESSAGES = {"www": ("weekly-news", "reader-offers"), "shop": ("weekend-offers", "garden-letter")}
CUSTOMERS = {"www": ("alpha-press", "beta-books"), "shop": ("gamma-seeds", "delta-lamps")}
PRODUCTS = ("finder", "advisor")
REFERRERS = (
    ("http://www.find.example/search?q={term}", 20), ("http://portal.example/", 9),
    ("http://news.blogring.example/today", 5), ("http://forum.example/thread/books", 4),
    ("http://pages.hobby.example/links.html", 0.3),
)  # fmt: skip
SCRIPT_EVENTS = ("Video Played", "List Filtered", "Signup Started")

_LOCALES = ("en-US", "en-GB", "de", "fr", "es-ES", "it", "nl", "pl", "sv-SE", "pt-BR")
_SYSTEMS = ("Windows; U; Windows NT 5.1", "Windows; U; Windows NT 6.0", "X11; U; Linux i686",
            "Macintosh; U; Intel Mac OS X 10.5", "Windows; U; Windows NT 5.0")  # fmt: skip


def agents() -> list[tuple[str, str, int]]:
    """User agents of people: (text, family, weight)."""
    found = [
        (f"Mozilla/5.0 ({system}; {locale}; rv:1.8.1.{patch}) Gecko/20080404 Firefox/2.0.0.{patch}",
         "Firefox", 4)
        for system in _SYSTEMS for locale in _LOCALES for patch in (11, 12, 13, 14)
    ]  # fmt: skip
    found += [
        (f"Mozilla/4.0 (compatible; MSIE {version}; Windows NT {nt}{extra})", "IE", 14)
        for version in ("6.0", "7.0") for nt in ("5.1", "5.2", "6.0", "5.0")
        for extra in ("", "; SV1", "; .NET CLR 1.1.4322", "; .NET CLR 2.0.50727", "; InfoPath.1",
                      "; InfoPath.2", "; SLCC1", "; SV1; .NET CLR 1.1.4322",
                      "; Media Center PC 5.0")
    ]  # fmt: skip
    found += [
        (f"Mozilla/5.0 (Macintosh; U; Intel Mac OS X 10_5_2; {locale.lower()}) "
         f"AppleWebKit/525.{build} (KHTML, like Gecko) Version/3.1 Safari/525.{build}", "Safari", 4)
        for locale in _LOCALES for build in (13, 17, 18)
    ]  # fmt: skip
    found += [
        (f"Opera/9.{minor} (Windows NT {nt}; U; {locale})", "Opera", 2)
        for minor in (24, 26, 27) for nt in ("5.1", "6.0") for locale in _LOCALES
    ]  # fmt: skip
    return found


MAIL_AGENTS = (
    "Mozilla/5.0 (Windows; U; Windows NT 5.1; en-US; rv:1.8.1.12) Gecko/20080213 "
    "Thunderbird/2.0.0.12",
    "Microsoft Office/12.0 (Windows NT 5.1; Microsoft Office Outlook 12.0.4518; Pro)",
    "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 5.1; MSOffice 12)",
)
BOT_AGENTS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.find.example/bot.html)",
    "msnbot/1.1 (+http://search.portal.example/msnbot.htm)",
    "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.portal.example/slurp)",
    "curl/7.18.0 (i486-pc-linux-gnu) libcurl/7.18.0",
    "Wget/1.11",
    "Feedfetcher/1.0 (+http://reader.find.example/feeds)",
    "-",
)
