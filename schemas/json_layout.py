"""How lines of a log that are JSON objects are written: which property means which column."""

from typing import Literal

from pydantic import Field, model_validator

from weir.schemas.strict import Strict, unknown
from weir.schemas.words import Paths

LOG_FIELDS = (
    "host", "address", "remote_user", "method", "target", "request", "request_uri", "path", "query",
    "url", "status", "size_bytes", "referrer", "user_agent", "cookies", "edge_country", "edge_city",
    "edge_isp", "edge_asn",
)  # fmt: skip
BY_NAME = ("cookie:", "header:")  # columns for one cookie, one header (in lower case)
REQUEST_FIELDS = ("address", "method", "target", "request", "request_uri", "path", "url")
"""A line that has none of these is of another log."""


class JsonTime(Strict):
    """Where the time stands, and how it is written; without a zone UTC is meant.

    `any` of them are told apart by their shape, counts since 1970 by the number of their digits.
    """

    field: Paths
    format: Literal["any", "iso8601", "epoch_s", "epoch_ms", "epoch_us", "epoch_ns", "clf"] = "any"


class JsonLayout(Strict):
    """Properties of an access log's JSON lines. Only those are read that stand here.

    fields: ours -> dotted paths (a number is an index into a list; the first one present counts).
    Ours are LOG_FIELDS, `cookie:NAME` and `header:name`. The target is, of those a line has, the
    first of: target, request_uri, request (a request line), url (whose host counts too), path with
    query. An address may have its port behind it; cookies may be an object of names and values.
    null_values: texts that mean nothing. decode: fields whose values are percent-encoded once.
    only: paths and what may stand there (`*` at the end: anything); a line that says something else
    there belongs to another log in the same file. prefix: text may stand before the object.
    """

    time: JsonTime
    fields: dict[str, Paths]
    null_values: tuple[str, ...] = ("", "-")
    decode: tuple[str, ...] = ()
    only: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    prefix: bool = False

    @model_validator(mode="after")
    def _known_fields(self) -> "JsonLayout":
        for name in (*self.fields, *self.decode):
            if name not in LOG_FIELDS and not name.startswith(BY_NAME):
                raise ValueError(unknown("field", name, (*LOG_FIELDS, *BY_NAME)))
        if not set(self.fields) & set(REQUEST_FIELDS):
            raise ValueError(f"name one of {', '.join(REQUEST_FIELDS)}")
        return self

    @property
    def paths(self) -> tuple[str, ...]:
        """All paths that are read, each once."""
        named = [path for paths in self.fields.values() for path in paths]
        return tuple(dict.fromkeys([*self.time.field, *named, *self.only]))
