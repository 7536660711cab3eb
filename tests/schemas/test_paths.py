"""Paths into vendors' records."""

import pytest

from weir.schemas.paths import Index, Inside, Pair, parts, steps


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("a", ("a",)),
        ("event-data.client-info.user-agent", ("event-data", "client-info", "user-agent")),
        ("properties.$current_url", ("properties", "$current_url")),
        ("tags[0]", ("tags", Index(0))),
        ("items[12].item_id", ("items", Index(12), "item_id")),
        ("event_params[page_location]", ("event_params", Pair("page_location"))),
        ("contexts{}.data[0].schema", ("contexts", Inside(), "data", Index(0), "schema")),
        ('event_properties."[Amplitude] Page URL"', ("event_properties", "[Amplitude] Page URL")),
        ('"a.b".c', ("a.b", "c")),
        ("Duration (seconds)", ("Duration (seconds)",)),
    ],
)
def test_a_path_is_taken_apart(path: str, leads: tuple[object, ...]) -> None:
    assert steps(path) == leads


@pytest.mark.parametrize("path", ["", ".", "a.", ".a", "a..b", "a[", "a[]", "a]b", '"a', "a{b}"])
def test_what_is_no_path_is_told(path: str) -> None:
    with pytest.raises(ValueError, match="is no path"):
        steps(path)


def test_several_may_be_joined() -> None:
    assert parts("visid_high + visid_low") == ("visid_high", "visid_low")
    assert parts("a+b") == ("a+b",)
