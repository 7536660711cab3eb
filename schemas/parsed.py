"""The in-flight schemas: what a parser hands to the wall. All of it is PII until separated."""

import pyarrow as pa

from weir.schemas.columns import NII, PII, column

PARSED = pa.schema(
    [
        column("line", pa.int64(), NII, "number of the line in its split, from 0", nullable=False),
        column("seen_at", pa.timestamp("us", "UTC"), NII, "when the request ended"),
        column("host", pa.string(), PII, "the site's host as logged or in the page's URL"),
        column("address", pa.string(), PII, "remote address"),
        column("remote_user", pa.string(), PII, "HTTP authentication's user (%u)"),
        column("method", pa.string(), PII, "request method"),
        column("target", pa.string(), PII, "request target: path and query, still encoded"),
        column("status", pa.int16(), NII, "HTTP status"),
        column("size_bytes", pa.int64(), NII, "bytes of the response body", unit="bytes"),
        column("referrer", pa.string(), PII, "Referer header"),
        column("user_agent", pa.string(), PII, "User-Agent header"),
        column("cookies", pa.string(), PII, "Cookie header, 'a=b; c=d'"),
        column("visitor", pa.string(), PII, "a browser's own id, where the source names it apart"),
        column("user", pa.string(), PII, "a registered user's id, where the source names it apart"),
        column("action", pa.string(), PII, "what happened, where the source says so"),
        column("campaign", pa.string(), PII, "campaign (utm_campaign)"),
        column("medium", pa.string(), PII, "medium (utm_medium)"),
        column("campaign_source", pa.string(), PII, "source (utm_source)"),
        column("content", pa.string(), PII, "ad or creative (utm_content)"),
        column("message", pa.string(), PII, "id of a mailing"),
        column("recipient", pa.string(), PII, "a mailing's recipient id"),
        column("customer", pa.string(), PII, "the customer a tag counts for"),
        column("product", pa.string(), PII, "product or service a tag belongs to"),
        column("age", pa.string(), PII, "age in years, birth date or band, as stated"),
        column("gender", pa.string(), PII, "gender, as stated"),
        column("profession", pa.string(), PII, "profession, as stated"),
        column("country", pa.string(), PII, "country a person states, code or name"),
        column("language", pa.string(), PII, "language a person states, tag or name"),
        column("opt_out", pa.bool_(), NII, "the request refuses sharing (GPC, DNT, opt-out)"),
        column("outcome", pa.string(), NII, "how it went, see OUTCOMES"),
        column("duration_s", pa.int64(), NII, "how long it took", unit="seconds"),
        column("search", pa.string(), PII, "what a visitor searched the site for"),
        column("sent_at", pa.timestamp("us", "UTC"), NII, "when it happened by the sender's clock"),
        column("sequence", pa.int64(), NII, "number of the hit in its sender's series"),
        column("event_id", pa.string(), PII, "the hit's own id, the same when it is sent again"),
        column("edge_country", pa.string(), PII, "ISO 3166 code, where an edge server logs it"),
        column("edge_city", pa.string(), PII, "city, where an edge server logs it"),
        column("edge_isp", pa.string(), PII, "network's operator, where an edge server logs it"),
        column("edge_asn", pa.string(), PII, "number of the autonomous system, likewise"),
    ]
)
"""One row per line of input. A source fills what it has; the rest is null.

Beside these a log parser adds string columns `cookie:NAME`, `set_cookie:NAME`, `header:NAME`
(lower-case header name) for directives that ask for one cookie or header by name, all PII.
"""

CODED = ("address", "method", "target", "referrer", "user_agent")
"""Texts that are worked on as distinct values only, so logs bring them as codes of these."""

CODED_PARSED = pa.schema(
    field.with_type(pa.dictionary(pa.int32(), pa.string())) if field.name in CODED else field
    for field in PARSED
)
"""PARSED as the wall takes it, and as log parsers give it."""

REJECT = pa.schema(
    [
        column("line", pa.int64(), NII, "number of the line in its split, from 0", nullable=False),
        column("reason", pa.string(), NII, "why it was not understood; closed vocabulary"),
        column("raw", pa.binary(), PII, "the line's bytes, at most 64 KiB of them"),
    ]
)
"""A line that no row could be made of. Kept in quarantine, encrypted."""

PROFILE = pa.schema(
    [
        column("line", pa.int64(), NII, "number of the line in its split, from 0", nullable=False),
        column("user", pa.string(), PII, "the site's own id of a registered person"),
        column("field", pa.string(), PII, "which datum this is: email, name, phone, …"),
        column("value", pa.string(), PII, "the datum"),
    ]
)
