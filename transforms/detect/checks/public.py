"""Numbers and codes that are published, or count bytes and seconds: nobody's, whatever they look
like to strict."""

import re
from collections.abc import Collection

from weir.schemas import detect as facts
from weir.transforms.detect.people.worth import raw_worth, worth

_AMOUNT = re.compile(
    r"(?:max[-_]age[\"']?|s-maxage|stale-while-revalidate|stale-if-error|content-length|bytes"
    r"|(?<=; )ma|(?<=;)ma)[:= ]{1,3}"
    r"(?:bytes[= ])?(?:\d{1,15}[-/]){0,2}\Z",
    re.IGNORECASE,
)  # RFC 9110, 8.6 and 14; RFC 9111, 5.2; RFC 7838, 3.1
_AMOUNTS = ({"max", "age"}, {"s", "maxage"}, {"content", "length"}, {"bytes"}, {"ma"})
_BEFORE = 48  # signs
_ENTITY_TAG = re.compile(
    r"(?<![\w-])(?:etag|if-match|if-none-match): {0,2}(?:W/)?\"[^\"\s]{1,64}\"", re.IGNORECASE
)
_NODE = (
    r"(?:(?:[shv]|xv)d[a-z]\d{0,2}|nvme\d(?:n\d{1,2}(?:p\d{1,2})?)?|mmcblk\d(?:p\d{1,2})?"
    r"|r?disk\d{1,2}(?:s\d{1,2})?|(?:loop|dm-|md|sr|z?ram|nst|nbd|video|hidraw|fd)\d{1,3}"
    r"|(?:tty|pts|rtc|tun|watchdog|loop)[A-Z]{0,3}\d{0,3}"
    r"|null|zero|full|u?random|fuse|kvm|std(?:in|out|err)|shm|console|kmsg|mem|ptmx)"
)
"""Devices as kernels call them (Linux's devices.txt, macOS): /dev/sda1, no /dev/sdavis."""
_BLOCKS = re.compile(rf"(?<!\w)/dev/{_NODE}(?![\w/])")
_PROPERTY = re.compile(r"(?<![A-Za-z])UA-\d{4,10}-\d{1,3}(?!\d)")  # of Google Analytics
_SECURITY = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[A-Z0-9]{9}\d(?![A-Za-z0-9])")  # ISO 6166
_DRUG = re.compile(r"[A-Z]\d\d[A-Z]{2}\d\d")  # WHO's ATC
_PREPRINT = re.compile(r"\d{4}\.\d{4,5}v\d{1,2}")  # arXiv's
_PACKED = re.compile(r"[a-z][a-z-]{1,30}-\d{1,3}(?:\.\d{1,4}){1,2}(?:\.min)?\.(?:m?js|css)")
_NETWORK = re.compile(
    r"[2-6]G\+?|LTE(?:-A|\+)?|HSD?PA\+?|W?CDMA|UMTS|EDGE|GPRS|GSM|NR", re.IGNORECASE
)
_OF_A_COMMIT = re.compile(
    r"([\w.-]{2,40}) {0,2}@ ?(?=[a-f]{0,39}\d)(?=\d{0,39}[a-f])[0-9a-f]{7,40} "
)
_PUBLISHER = re.compile(r"10\.\d{4,9}")  # ISO 26324, a DOI's prefix
_ARTICLE = re.compile(r"(?!.*[A-Za-z]{3})[A-Za-z]{0,2}[\d.()-]{4,40}[A-Za-z]?")
_DEVICE = re.compile(rf"(?:/dev/)?{_NODE}")
_CAMPAIGN = {"mc", "cid"}
_TEN_DIGITS = re.compile(r"[0-9a-f]{10}")
_PAIR = re.compile(r"([A-Z]{3})[-/_]?([A-Z]{3})")


def without_public(text: str, context: Collection[str]) -> str:
    """The text with blanks where tags of HTTP, and numbers of sites and securities stand."""
    if "-" in text or '"' in text or "/dev/" in text:
        for shape in (_ENTITY_TAG, _PROPERTY, _BLOCKS):
            text = shape.sub(blank, text)
    if facts.words("of_securities").isdisjoint(context):
        return text
    return _SECURITY.sub(lambda m: blank(m) if _holds(m[0]) else m[0], text)


def blank(match: re.Match[str]) -> str:
    """As many blanks, so that the rest stays where it stood."""
    return " " * len(match[0])


def _holds(code: str) -> bool:
    """Whether the check digit of a security's number holds (ISO 6166: Luhn over letters as 10 to 35)."""  # noqa: E501
    digits = [int(digit) for sign in code for digit in str(int(sign, 36))][::-1]
    doubled = (2 * digit if place % 2 else digit for place, digit in enumerate(digits))
    return sum(digit - 9 * (digit > 9) for digit in doubled) % 10 == 0


def is_public(text: str, context: Collection[str], before: str = "") -> bool:
    """A drug's code, a preprint's, an article's behind its publisher's, two currencies, a device, a
    campaign of Mailchimp's (not mc_eid, which is somebody's), the file of a package."""
    if text == "dev" or _PREPRINT.fullmatch(text) or _PACKED.fullmatch(text):
        return True
    if (_PUBLISHER.fullmatch(before) and _ARTICLE.fullmatch(text)) or (
        ("dev" in context and _DEVICE.fullmatch(text))
        or (_CAMPAIGN.issubset(context) and _TEN_DIGITS.fullmatch(text))
    ):
        return True
    if not facts.words("of_drugs").isdisjoint(context) and _DRUG.fullmatch(text):
        return True
    pair = _PAIR.fullmatch(text)
    return pair is not None and facts.words("currencies").issuperset(
        one.lower() for one in pair.groups()
    )


def is_a_network(text: str) -> bool:
    """How a telephone speaks to its cell (3GPP), where its number could be told: cell=LTE."""
    return bool(_NETWORK.fullmatch(text.strip()))


def is_of_a_commit(text: str) -> bool:
    """What was built of a commit, no address: api @ 41f9323 to. Of words that nobody bears."""
    built = _OF_A_COMMIT.match(text)
    return built is not None and all(map(_is_a_service, re.split(r"[-_.]", built[1].lower())))


def _is_a_service(part: str) -> bool:
    listed = worth(part)[2] and not max(raw_worth(part))
    return part in facts.words("programming") or listed


def is_amount(text: str, start: int, context: Collection[str]) -> bool:
    """Bytes or seconds, as HTTP's headers count them: the number at `start` of the text."""
    told = any(amount.issubset(context) for amount in _AMOUNTS)
    return told or bool(_AMOUNT.search(text, max(start - _BEFORE, 0), start))
