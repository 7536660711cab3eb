"""Queries cut by their bytes say what they say when they are cut as text."""

from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weir.transforms.parse.pairs import cut_pairs, parse_query

Row = tuple[int, str, str, str]
QUERIES = st.lists(st.one_of(st.none(), st.text("ab&=%+ 2é/", max_size=24)), max_size=6)


def by_hand(queries: list[str | None]) -> list[Row]:
    def decode(text: str) -> str:
        return unquote(text.replace("+", " "))

    pairs = [(n, pair.partition("=")) for n, query in enumerate(queries)
             for pair in (query or "").split("&")]  # fmt: skip
    return [(n, decode(key), value, decode(value)) for n, (key, _, value) in pairs if key]


def rows(queries: list[str | None]) -> list[Row]:
    return [tuple(row.values()) for row in parse_query(pa.array(queries, pa.string())).to_pylist()]  # type: ignore[misc]


@given(QUERIES)
def test_pairs_are_those_of_the_text(queries: list[str | None]) -> None:
    assert rows(queries) == by_hand(queries)


@given(QUERIES, st.integers(0, 3))
def test_a_slice_of_queries_is_as_good_as_a_copy(queries: list[str | None], start: int) -> None:
    sliced = pa.array(queries, pa.string()).slice(start)
    assert parse_query(sliced).equals(parse_query(pa.array(sliced.to_pylist(), pa.string())))


@pytest.mark.parametrize("wanted", ["a", "b", "é", "none"])
def test_of_wanted_names_no_pair_is_lost(wanted: str) -> None:
    queries = ["a=1&b=2", None, "%61=3&b", "é=4&%C3%A9=5", ""]
    pairs = cut_pairs(pa.array(queries), lambda names: pc.equal(names, wanted))
    found = [(n, v) for n, v in zip(pairs.index.tolist(), pairs.values.to_pylist(), strict=True)]
    assert found == [(n, value) for n, key, value, _ in by_hand(queries) if key == wanted]
