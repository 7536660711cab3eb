"""Stamps: all ways they are written, and the fast reading against the exact one."""

from datetime import UTC, datetime
from random import Random

import pyarrow as pa
import pytest

from weir.transforms.parse import moments as module
from weir.transforms.parse.moments import FORMATS, moments

MOMENT = datetime(2024, 2, 29, 13, 55, 36, 123456, UTC)
WHOLE = MOMENT.replace(microsecond=0)


@pytest.mark.parametrize(
    ("text", "format_", "expected"),
    [
        ("2024-02-29T13:55:36.123456Z", "any", MOMENT), ("2024-02-29T13:55:36Z", "iso8601", WHOLE),
        ("2024-02-29T13:55:36.123456789Z", "any", MOMENT),
        ("2024-02-29 15:55:36.123456+02:00", "any", MOMENT),
        ("2024-02-29T09:25:36-0430", "any", WHOLE), ("2024/02/29 13:55:36", "any", WHOLE),
        ("1709214936", "any", WHOLE), ("1709214936.123456", "epoch_s", MOMENT),
        ("1709214936123.456", "any", MOMENT), ("1709214936123456", "epoch_us", MOMENT),
        ("1709214936123456789", "any", MOMENT), ("1709214936123456789", "epoch_ns", MOMENT),
        ("29.02.2024 13:55:36", "any", WHOLE), ("29.2.2024 13:55:36.123456", "any", MOMENT),
        ("29/Feb/2024:13:55:36 +0000", "clf", WHOLE),
        ("[29/Feb/2024:15:55:36 +0200]", "any", WHOLE),
    ],
)  # fmt: skip
def test_each_way_to_write_a_moment(text: str, format_: str, expected: datetime) -> None:
    for many in (1, 100):  # one by one, and column by column
        seen, reasons = moments(pa.array([text] * many), format_)
        assert seen.to_pylist() == [expected] * many
        assert reasons.null_count == many


@pytest.mark.parametrize(
    ("text", "format_", "reason"),
    [
        (None, "any", "no_time"), ("", "any", "bad_time"),
        ("2024-02-30T00:00:00Z", "any", "bad_time"),
        ("2024-13-01T00:00:00Z", "any", "bad_time"), ("2024-02-29T24:00:00Z", "any", "bad_time"),
        ("2024-02/29T13:55:36Z", "any", "bad_time"), ("0", "any", "time_out_of_range"),
        ("-1709214936", "any", "bad_time"), ("12.5", "iso8601", "bad_time"),
        ("1989-12-31T23:59:59Z", "any", "time_out_of_range"),
        ("99999999999999999999", "epoch_s", "time_out_of_range"),
        ("2024-02-29T13:55:36Z", "epoch_s", "bad_time"),
        ("29/Foo/2024:13:55:36 +0000", "any", "bad_time"),
        ("1e9", "any", "bad_time"), ("30.02.2024 13:55:36", "any", "bad_time"),
        ("29.02.2024", "any", "bad_time"), ("29.02.2024 13:55:36", "iso8601", "bad_time"),
    ],
)  # fmt: skip
def test_what_is_no_moment(text: str | None, format_: str, reason: str) -> None:
    for many in (1, 100):
        seen, reasons = moments(pa.array([text] * many, pa.string()), format_)
        assert seen.null_count == many
        assert reasons.to_pylist() == [reason] * many


def stamp(rng: Random) -> str:
    """A stamp, mostly of a possible moment, now and then damaged."""
    number = str(rng.randrange(10 ** rng.choice((9, 10, 11, 13, 16, 17, 18, 19, 20))))
    date = f"{rng.choice((1989, 2023, 2024, 2100)):04}-{rng.choice((1, 2, 12, 13)):02}-"
    date += f"{rng.choice((1, 28, 29, 30, 31)):02}"
    clock = (
        f"{rng.choice((0, 23, 24)):02}:{rng.choice((0, 59, 60)):02}:{rng.choice((0, 59, 60)):02}"
    )
    fraction = rng.choice(("", ".5", ".123", ".123456", ".123456789"))
    zone = rng.choice(("", "Z", "+02:00", "-0430", "+05", "+24:00", "-23:59"))
    text = rng.choice((number + fraction, f"{date}{rng.choice('T ')}{clock}{fraction}{zone}"))
    if rng.random() < 0.1:
        at = rng.randrange(len(text))
        text = text[:at] + rng.choice("0x-/é٣: ") + text[at + 1 :]
    return text


@pytest.mark.parametrize("format_", FORMATS)
def test_stamps_read_by_columns_are_those_read_one_by_one(
    format_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = Random(format_)
    for _ in range(20):
        values = pa.array([stamp(rng) if rng.random() < 0.95 else None for _ in range(400)])
        monkeypatch.setattr(module, "_FEW", 2)
        seen, reasons = moments(values, format_)
        monkeypatch.setattr(module, "_FEW", 1 << 30)
        exact, told = moments(values, format_)
        assert seen.equals(exact)
        assert reasons.equals(told)


def test_columns_are_read_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_moment", lambda text, format_: "bad_time")
    texts = [f"2024-02-29T13:55:36.{n:06}Z" for n in range(100)]
    assert moments(pa.array(texts))[1].null_count == 100


def test_a_stamp_with_dots_is_taken_in_its_zone() -> None:
    seen, _ = moments(pa.array(["29.02.2024 13:55:36"]), "any", "Europe/Berlin")
    assert seen.to_pylist() == [WHOLE.replace(hour=12)]
