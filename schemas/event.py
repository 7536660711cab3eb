"""What lies behind the wall and what crosses it: the schemas of ingest's outputs."""

import pyarrow as pa

from weir.schemas.columns import NII, PII, PSEUDONYM, coded, column

EVENT = pa.schema(
    [
        column("site", pa.string(), NII, "name of the site", nullable=False),
        column("seen_at", pa.timestamp("us", "UTC"), NII, "when the request ended", nullable=False),
        column("visitor", pa.binary(16), PSEUDONYM, "day-keyed; see keys.py", nullable=False),
        column("basis", pa.string(), NII, "cookie, url_session or network", nullable=False),
        column("network", pa.binary(16), PSEUDONYM, "address and user agent, day-keyed"),
        column("netblock", pa.binary(16), PSEUDONYM, "the address's /24 or /48, day-keyed"),
        column("user", pa.binary(16), PSEUDONYM, "registered user, day-keyed"),
        column("recipient", pa.binary(16), PSEUDONYM, "a mailing's recipient, day-keyed"),
        column("channel", pa.string(), NII, "log, tag or script", nullable=False),
        column("action", pa.string(), NII, "see ACTIONS", nullable=False),
        column("pageview", pa.bool_(), NII, "counts as a page view", nullable=False),
        column("sharable", pa.bool_(), NII, "nobody opted it out of sharing", nullable=False),
        column("bot", pa.string(), NII, "class of robot; null for people"),
        column("method", pa.string(), NII, "request method, or OTHER"),
        column("path", pa.string(), NII, "path without parameters, placeholders in it"),
        column("parameters", pa.string(), NII, "kept query parameters, 'a=b&c=d', cleaned"),
        column("status", pa.int16(), NII, "HTTP status"),
        column("size_bytes", pa.int64(), NII, "bytes of the response body", unit="bytes"),
        column("referrer_kind", pa.string(), NII, "see enrichment.md: search, social, …"),
        column("referrer_domain", pa.string(), NII, "host of the referrer, without 'www.'"),
        column("referrer_path", pa.string(), NII, "path of the referrer, placeholders in it"),
        column("browser", pa.string(), NII, "family"),
        column("browser_version", pa.string(), NII, "major version"),
        column("os", pa.string(), NII, "family and major version"),
        column("device", pa.string(), NII, "desktop, mobile, tablet, tv, console, bot or other"),
        column("campaign", pa.string(), NII, "campaign, cleaned"),
        column("medium", pa.string(), NII, "medium, cleaned"),
        column("campaign_source", pa.string(), NII, "campaign's source, cleaned"),
        column("content", pa.string(), NII, "ad or creative, cleaned"),
        column("message", pa.string(), NII, "mailing, cleaned"),
        column("customer", pa.string(), NII, "customer a tag counts for, cleaned"),
        column("product", pa.string(), NII, "product or service, cleaned"),
        column("search", pa.string(), NII, "what the site was searched for, cleaned"),
        column("outcome", pa.string(), NII, "how it went, see OUTCOMES"),
        column("duration_s", pa.int64(), NII, "how long a call took", unit="seconds"),
        column("sequence", pa.int64(), NII, "number of the hit in its sender's series"),
        column("skew_s", pa.int64(), NII, "sender's clock less ours", unit="seconds"),
        column("country", pa.string(), NII, "ISO 3166 code of the network's country"),
        column("city", pa.string(), NII, "city of the network"),
        column("isp", pa.string(), NII, "operator of the network"),
        column("asn", pa.string(), NII, "autonomous system, 'AS' and its number"),
    ]
)
"""One row a hit, by bucket. Zone: internal."""

CODED_EVENT = coded(EVENT)
"""EVENT on its way from the wall to its file."""

LABELS = ("campaign", "medium", "campaign_source", "content", "message", "customer", "product")
"""Columns of short texts that somebody chose."""
BASES = ("cookie", "url_session", "network")
ACTIONS = (
    "page",  # a document was requested (log), or a page-view tag or script event fired
    "asset",  # an image, style sheet, script, font or other part of a page
    "download",
    "impression",  # an advertisement was shown
    "click",  # an advertisement or link was clicked
    "conversion",
    "email_sent",  # a mail was handed over; its outcome says what became of it
    "email_open",
    "email_click",
    "call",  # click-to-call or call tracking
    "recommendation",
    "search",  # the site was searched
    "other",
)
OUTCOMES = (
    *("requested", "connected", "missed", "failed"),  # of a call
    *("shown", "clicked", "bought"),  # of a recommendation
    *("delivered", "bounced", "complained", "unsubscribed"),  # of a mail
)

PERSON = pa.schema(
    [
        column("site", pa.string(), NII, "name of the site", nullable=False),
        column("key", pa.binary(16), PSEUDONYM, "user or visitor, day-keyed", nullable=False),
        column("origin", pa.string(), NII, "profile or script", nullable=False),
        column("age_band", pa.string(), NII, "see demographics.py", nullable=False),
        column("gender", pa.string(), NII, "see demographics.py", nullable=False),
        column("profession", pa.string(), NII, "see demographics.py", nullable=False),
        column("country", pa.string(), NII, "ISO 3166 code, as stated", nullable=False),
        column("language", pa.string(), NII, "BCP 47 primary subtag, as stated", nullable=False),
        column("sharable", pa.bool_(), NII, "nobody opted it out of sharing", nullable=False),
    ]
)
"""Demographics of a day's users (from profiles) and visitors (from scripts), one row a key,
coarsened so that each combination has at least 20 people; `refused` is somebody who would rather
not say, `unknown` everything else that is not told. Zone: internal."""

TOUCH = pa.schema(
    [
        column("site", pa.string(), NII, "name of the site", nullable=False),
        column("visitor", pa.binary(16), PSEUDONYM, "as in the later day's events", nullable=False),
        column("seen_at", pa.int64(), NII, "when, in microseconds since 1970", nullable=False),
        column("kind", pa.string(), NII, "click or view", nullable=False),
        column("campaign", pa.string(), NII, "campaign, cleaned"),
        column("medium", pa.string(), NII, "medium, cleaned"),
    ]
)
"""What led a visitor who converts on a date to the site on days before it. In flight only."""

VAULT = pa.schema(
    [
        column("site", pa.string(), NII, "name of the site", nullable=False),
        column("user", pa.string(), PII, "the site's own id of a registered person"),
        column("field", pa.string(), NII, "which datum this is", nullable=False),
        column("value", pa.string(), PII, "the datum"),
    ]
)
"""Who: PII kept behind the wall, encrypted. Zone: restricted."""

LINKAGE = pa.schema(
    [
        column("site", pa.string(), NII, "name of the site", nullable=False),
        column("visitor", pa.binary(16), PSEUDONYM, "as in the events of the day", nullable=False),
        column("week", pa.binary(16), PII, "keyed by ISO week", nullable=False),
        column("month", pa.binary(16), PII, "keyed by month", nullable=False),
    ]
)
"""What joins the days of a period. Zone: restricted."""

QUARANTINE = pa.schema(
    [
        column("file", pa.string(), NII, "source file", nullable=False),
        column("line", pa.int64(), NII, "number of the line in the file, from 1", nullable=False),
        column("reason", pa.string(), NII, "why it was not understood", nullable=False),
        column("raw", pa.binary(), PII, "the line's bytes", nullable=False),
    ]
)
"""Lines that no row could be made of. Zone: restricted, 14 days."""
