"""Sums of noisy days have intervals of their own, and no day's end is summed as if it were one."""

from datetime import date

import pyarrow as pa

from weir.transforms.disclose.periods import over_periods


def a_day(day, views, off):
    return {
        "site": "www", "date": date(2008, 4, day), "by": "hour", "hour": "12",
        "visitors": 5, "visitors_low": 3, "visitors_high": 7,
        "pageviews": views, "pageviews_low": views - off, "pageviews_high": views + off,
    }  # fmt: skip


def test_what_days_are_off_by_adds_up_in_squares():
    rows = pa.Table.from_pylist([a_day(21, 10, 3), a_day(22, 20, 4)])
    assert over_periods("hours", rows, "week").to_pylist() == [
        {
            "site": "www", "date": date(2008, 4, 21), "by": "hour", "hour": "12", "days": 2,
            "pageviews": 30, "pageviews_low": 25, "pageviews_high": 35,
        }
    ]  # fmt: skip
