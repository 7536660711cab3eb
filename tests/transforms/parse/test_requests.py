"""Request lines: by the column the same as one by one."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from tests.transforms.parse.log_lines import ODD

from weir.transforms.parse.requests import split_request, split_requests

PIECES = (
    "GET",
    "POST",
    "HEAD",
    "PUT",
    " ",
    "  ",
    "/a",
    "é",
    "HTTP/1.1",
    " HTTP/2.0",
    "HTTP/1.x",
    "",
)


@given(st.lists(st.none() | st.lists(st.sampled_from(PIECES), max_size=6).map("".join), max_size=9))
def test_a_column_splits_as_its_lines_do(lines: list[str | None]) -> None:
    lines += [line for line in ODD["request"] if "\\" not in line]
    methods, targets = split_requests(pa.array(lines, pa.string()))
    told = [(None, None) if line is None else split_request(line) for line in lines]
    assert list(zip(methods.to_pylist(), targets.to_pylist(), strict=True)) == told


def test_part_of_a_column_splits_as_well() -> None:
    whole = pa.array(["x", "GET /a HTTP/1.1", "HEAD /b HTTP/1.0", None])
    _, targets = split_requests(whole.slice(1))
    assert targets.to_pylist() == ["/a", "/b", None]
