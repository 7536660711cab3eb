"""Moments: the quick way and the thorough one say the same."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weir.transforms.parse.moments import moments


def moment(text: str | None, format_: str = "any", timezone: str = "UTC") -> str | None:
    """The moment as text, or the reason why there is none."""
    seen, reasons = moments(pa.array([text], pa.string()), format_, timezone)
    return reasons[0].as_py() or seen[0].as_py().isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("text", "format_", "says"),
    [
        ("2026-04-22T13:55:36Z", "iso8601", "2026-04-22T13:55:36Z"),
        ("2026-04-22 13:55:36.1", "iso8601", "2026-04-22T13:55:36.100000Z"),
        ("2026-04-22 13:55:36.123456789", "iso8601", "2026-04-22T13:55:36.123456Z"),
        ("2026-04-22T13:55Z", "iso8601", "2026-04-22T13:55:00Z"),
        ("2024-02-29T00:00:00Z", "iso8601", "2024-02-29T00:00:00Z"),
        ("2026-01-31T09:55:36-04:00", "iso8601", "2026-01-31T13:55:36Z"),
        ("2026-02-29T00:00:00Z", "iso8601", "bad_time"),
        ("2026-04-31T00:00:00Z", "iso8601", "bad_time"),
        ("2026-04-22T24:00:00Z", "iso8601", "bad_time"),
        ("1970-01-01T00:00:00Z", "iso8601", "time_out_of_range"),
        ("1776866136", "iso8601", "bad_time"),
        ("1776866136", "epoch_s", "2026-04-22T13:55:36Z"),
        ("1776866136.427", "epoch_s", "2026-04-22T13:55:36.427000Z"),
        ("1776866136123", "epoch_ms", "2026-04-22T13:55:36.123000Z"),
        ("1776866136123.5", "epoch_ms", "2026-04-22T13:55:36.123500Z"),
        ("1776866136123456", "epoch_us", "2026-04-22T13:55:36.123456Z"),
        ("1776866136123456", "any", "2026-04-22T13:55:36.123456Z"),
        ("1776866136123", "any", "2026-04-22T13:55:36.123000Z"),
        ("1776866136", "any", "2026-04-22T13:55:36Z"),
        ("1776866136123", "epoch_s", "time_out_of_range"),
        ("99999999999999999", "epoch_s", "time_out_of_range"),
        ("5", "any", "time_out_of_range"),
        ("-5", "epoch_s", "bad_time"),
        ("1e9", "epoch_s", "bad_time"),
        ("2026-04-22", "epoch_s", "bad_time"),
        ("", "any", "bad_time"),
        (None, "any", "no_time"),
    ],
)
def test_a_moment_is_read_as_it_is_written(text: str | None, format_: str, says: str) -> None:
    assert moment(text, format_) == says


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2026-04-22 09:55:36", "2026-04-22T13:55:36Z"),
        ("2026-04-22 09:55", "2026-04-22T13:55:00Z"),
        ("2026-04-22 09:55:36Z", "2026-04-22T09:55:36Z"),
        ("2026-04-22 09:55:36+02:00", "2026-04-22T07:55:36Z"),
        ("2026-11-01 01:30:00", "2026-11-01T05:30:00Z"),  # twice that night; the first is meant
        ("2026-03-08 02:30:00", "2026-03-08T07:00:00Z"),  # never that night
        ("2026-03-08 02:30", "2026-03-08T07:00:00Z"),
    ],
)
def test_a_local_time_is_of_the_stated_zone(text: str, says: str) -> None:
    assert moment(text, "iso8601", "America/New_York") == says


@settings(max_examples=80, deadline=None)
@given(st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 31)), st.sampled_from("T "))
def test_quick_and_thorough_agree(when: datetime, between: str) -> None:
    text = when.isoformat(between)
    told = when.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")
    assert moment(text) == moment(text + "+00:00") == moment(text + "Z") == told
