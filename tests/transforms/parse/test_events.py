"""Script events: only mapped properties are read, and every line is a row or a reject."""

# ruff: noqa: E501 (tables of cases, one a line)
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.transforms.parse.log_lines import reasons

from weir.schemas.mapping import EventMapping, TimeField, load_mapping
from weir.transforms.parse import EventParser, Parsed
from weir.transforms.parse.events import identifiers_in

SEGMENT = EventParser(load_mapping("segment", "events", Path()))


def an_event(**properties: Any) -> bytes:
    """A page event with its LF; a property given as None is left out."""
    event = {
        "type": "page",
        "timestamp": "2008-04-22T13:55:36.123Z",
        "anonymousId": "v1",
    } | properties
    return json.dumps({k: v for k, v in event.items() if v is not None}).encode() + b"\n"


def only_row(data: bytes, parser: EventParser = SEGMENT) -> dict[str, Any]:
    parsed = parser.parse(data)
    assert parsed.rows.num_rows == 1, reasons(parsed)
    return {name: value for name, value in parsed.rows.to_pylist()[0].items() if value is not None}


def test_an_event_becomes_a_row() -> None:
    page = {"url": "https://WWW.example.com:8443/a?b=1", "referrer": "https://example.org/"}
    context = {"ip": "192.0.2.1", "userAgent": "x", "page": page, "campaign": {"name": "spring"}}
    row = only_row(an_event(userId=1042, context=context, traits={"age": 34, "gender": "F"}))
    assert row == {
        "line": 0, "seen_at": datetime(2008, 4, 22, 13, 55, 36, 123000, tzinfo=UTC), "visitor": "v1",
        "user": "1042", "action": "page", "host": "www.example.com", "target": "/a?b=1",
        "referrer": "https://example.org/", "address": "192.0.2.1", "user_agent": "x",
        "campaign": "spring", "age": "34", "gender": "F", "opt_out": False,
    }  # fmt: skip


def test_what_no_mapping_names_is_not_read_but_its_name_is_counted() -> None:
    parsed = SEGMENT.parse(an_event(secret="ann@example.org") * 2 + an_event())
    assert "ann@example.org" not in str(parsed.rows.to_pylist())
    assert parsed.undeclared == (("secret", 2),)


@pytest.mark.parametrize(
    ("said", "action"),
    [
        ({"type": "track", "event": "Order Completed"}, "conversion"),
        ({"type": "track", "event": "Video Played"}, "other"),
        ({"type": "page", "event": "Video Played"}, "page"),
        ({"type": "identify"}, "other"),
    ],
)
def test_the_first_name_of_an_action_that_is_known_counts(
    said: dict[str, str], action: str
) -> None:
    assert only_row(an_event(**said))["action"] == action


def test_a_property_that_is_an_object_counts_as_absent() -> None:
    assert "user" not in only_row(an_event(userId={"id": "x"}))
    assert "user" not in only_row(an_event(userId=["x"]))


@pytest.mark.parametrize(
    ("said", "out"), [(True, True), ("1", True), (False, False), ("no", False)]
)
def test_opting_out_is_understood_as_it_is_written(said: Any, out: bool) -> None:
    assert only_row(an_event(context={"optOut": said}))["opt_out"] is out


def test_each_bad_line_has_its_reason_and_the_others_go_on() -> None:
    bad = [
        (b"nope\n", "not_json"), (b"[1]\n", "not_json"), (b'"x"\n', "not_json"),
        (b'{"a":1} x\n', "not_json"), (b'{"a":"\\ud800"}\n', "not_json"),
        (an_event(timestamp=None), "no_time"), (an_event(timestamp={"a": 1}), "no_time"),
        (an_event(timestamp="2008-02-30T00:00:00Z"), "bad_time"),
        (an_event(timestamp="yesterday"), "bad_time"), (an_event(timestamp=5), "time_out_of_range"),
        (an_event(timestamp="1970-01-01T00:00:00Z"), "time_out_of_range"),
        (b'{"a":"\xff"}\n', "not_utf8"), (b'{"a":"\0"}\n', "nul_byte"),
    ]  # fmt: skip
    parsed = SEGMENT.parse(b"".join(an_event() + line for line, _ in bad))
    assert parsed.lines == 2 * len(bad)
    assert parsed.rows["line"].to_pylist() == list(range(0, 2 * len(bad), 2))
    told = [(r["line"], r["reason"], r["raw"]) for r in parsed.rejects.to_pylist()]
    assert told == [(2 * n + 1, reason, line[:-1]) for n, (line, reason) in enumerate(bad)]


@pytest.mark.parametrize(
    ("format_", "said"),
    [("epoch_s", 1208872536.123), ("epoch_ms", 1208872536123), ("epoch_ms", "1208872536123")],
)
def test_times_may_count_from_1970(format_: Any, said: Any) -> None:
    mapping = EventMapping(
        name="x", kind="events", time=TimeField(field="t", format=format_), fields={}, actions={}
    )
    row = only_row(json.dumps({"t": said}).encode(), EventParser(mapping))
    assert row["seen_at"] == datetime(2008, 4, 22, 13, 55, 36, 123000, tzinfo=UTC)


def test_crlf_and_a_missing_last_line_end_do_no_harm() -> None:
    parsed = SEGMENT.parse(an_event().replace(b"\n", b"\r\n") + an_event().rstrip())
    assert parsed.rows.num_rows == 2


def a_parser(**settings: Any) -> EventParser:
    """Events with a time `t` and an action `a`."""
    raw = {"name": "x", "kind": "events", "time": {"field": "t", "format": "any"}} | settings
    raw = {"fields": {"action": "a"}, "actions": {"view": "page", "buy": "conversion"}} | raw
    return EventParser(EventMapping.model_validate(raw))


def rows_of(parser: EventParser, *events: dict[str, Any]) -> Parsed:
    lines = (json.dumps({"t": 1776866136, "a": "view"} | event) for event in events)
    return parser.parse("\n".join(lines).encode())


def test_a_rule_that_holds_goes_before_the_events_name() -> None:
    rules = [
        {"when": {"a": "fail", "how": ["soft", "later"]}, "action": "other"},
        {"when": {"a": "fail"}, "action": "email_sent", "outcome": "bounced"},
        {"has": {"list": ["1", "7"]}, "action": "conversion"},
    ]
    parser = a_parser(rules=rules, outcomes={"done": "delivered"})
    parser.mapping.fields["outcome"] = ("o",)
    rows = rows_of(
        parser,
        {"a": "fail", "how": "soft", "o": "done"},
        {"a": "fail", "how": "hard"},
        {"list": "2,7=1.5,3"},
        {"list": "17,71=1", "o": "lost"},
        {"list": None, "o": "done"},
    ).rows
    assert rows["action"].to_pylist() == ["other", "email_sent", "conversion", "page", "page"]
    assert rows["outcome"].to_pylist() == [None, "bounced", None, None, "delivered"]


def test_what_the_vendor_excludes_is_filtered_and_counted() -> None:
    parser = a_parser(skip={"src": ["5", "6"]}, keep={"exclude": "0"})
    events = ({}, {"src": 5}, {"exclude": "0"}, {"exclude": 3}, {"src": 7}, {"src": 6, "t": "x"})
    parsed = rows_of(parser, *events)
    assert parsed.rows["line"].to_pylist() == [0, 2, 4]
    assert (dict(parsed.filtered), reasons(parsed)) == ({"excluded": 2}, {"bad_time": 1})
    assert parsed.lines == 6


def test_a_refusal_may_be_told_in_the_vendors_words() -> None:
    parser = a_parser(refuses={"consent.ads": "No"}, fields={"opt_out": "out"})
    rows = rows_of(parser, {"consent": {"ads": "No"}}, {"consent": {"ads": "Yes"}}, {"out": True})
    assert rows.rows["opt_out"].to_pylist() == [True, False, True]


def test_words_that_mean_nothing_are_no_values() -> None:
    parser = a_parser(fields={"campaign": ["c", "d"]}, nothing=["(not set)"])
    rows = rows_of(parser, {"c": "(not set)", "d": "spring"}, {"c": "(not set)"}, {"c": "x"}).rows
    assert rows["campaign"].to_pylist() == ["spring", None, "x"]


def test_two_paths_are_one_value_where_both_are_there() -> None:
    rows = rows_of(a_parser(fields={"visitor": "h + l"}), {"h": 1, "l": 2}, {"h": 1}).rows
    assert rows["visitor"].to_pylist() == ["1 2", None]


def test_what_a_record_says_of_a_person_stands_apart_for_the_proof() -> None:
    parser = a_parser(pii={"email": ["e", "f"], "name": "first + last"})
    rows = rows_of(parser, {"e": "ann@example.org", "f": "joe@example.org"}, {"first": "Ann"}).rows
    assert {name for name in rows.column_names if name.startswith("pii:")} == {
        "pii:email:0", "pii:email:1", "pii:name:0",
    }  # fmt: skip
    found = [(kind, values.to_pylist()) for kind, values in identifiers_in(rows)]
    assert found == [("email", ["ann@example.org"]), ("email", ["joe@example.org"]), ("name", [])]


def test_a_mail_that_is_sent_has_no_readers_address() -> None:
    parser = a_parser(
        fields={"action": "a", "address": "ip", "machine": "m"},
        actions={"sent": "email_sent", "open": "email_open"},
    )
    rows = rows_of(
        parser,
        {"a": "sent", "ip": "198.51.100.7"},
        {"a": "open", "ip": "192.0.2.7", "m": True},
        {"a": "open", "m": False},
    ).rows
    assert rows["address"].to_pylist() == [None, "192.0.2.7", None]
    assert rows["header:x-machine"].to_pylist() == [None, "yes", "no"]


@pytest.mark.parametrize("at", range(1, 8))
def test_where_a_block_ends_does_not_tell(at: int) -> None:
    events = [
        an_event(anonymousId=n, traits=[{"age": 3}, {"age": "x"}, [1]][n % 3]) for n in range(7)
    ]
    events += [b"nope\n", b'{"batch":[]}\n']
    whole = SEGMENT.parse(b"".join(events))
    first, rest = (SEGMENT.parse(b"".join(part)) for part in (events[:at], events[at:]))
    assert whole.rows.drop_columns("line").to_pylist() == [
        *first.rows.drop_columns("line").to_pylist(), *rest.rows.drop_columns("line").to_pylist(),
    ]  # fmt: skip
    assert whole.filtered == first.filtered + rest.filtered


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=40) | st.just(an_event()), max_size=6))
def test_whatever_comes_lines_are_rows_rejects_and_blank_ones(parts: list[bytes]) -> None:
    parsed = SEGMENT.parse(b"".join(parts))
    told = parsed.rows.num_rows + parsed.rejects.num_rows + parsed.filtered.total()
    assert parsed.lines == told


def test_where_the_mapping_says_so_whatever_is_stated_means_yes() -> None:
    parser = a_parser(fields={"machine": "bot", "opt_out": "out"}, any_is_yes=["machine"])
    rows = rows_of(parser, {"bot": "apple", "out": "apple"}, {"bot": ""}, {}).rows
    assert rows["header:x-machine"].to_pylist() == ["yes", None, None]
    assert rows["opt_out"].to_pylist() == [False, None, None]


def test_the_file_of_a_download_is_its_target_if_it_is_on_the_pages_host() -> None:
    fields = {"action": "a", "url": "u", "file": "f"}
    parser = a_parser(fields=fields, actions={"get": "download", "view": "page"})
    page = {"u": "https://www.example.com/books"}
    rows = rows_of(
        parser,
        page | {"a": "get", "f": "https://www.example.com/a.pdf"},
        page | {"a": "get", "f": "/b.pdf"},
        page | {"a": "get", "f": "https://files.example.org/c.pdf"},
        page | {"a": "view", "f": "/d.pdf"},
        page | {"a": "get"},
    ).rows
    assert rows["target"].to_pylist() == ["/a.pdf", "/b.pdf", "/books", "/books", "/books"]
    assert "file" not in rows.column_names
