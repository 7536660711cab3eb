"""Words of a column's bytes are those that a regex finds, value by value."""

import re

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from weir.transforms.detect.matching.lettered import DIGITS, Column, Lettered

MARK = -1
BREAK = r"[/=&?;\"<>(){}\[\]@#!*0-9]+"
VALUES = st.lists(st.text("abZQ -_.,:/1(é\n", max_size=12) | st.none(), max_size=6)


def words(value: str, humps: bool) -> list[str]:
    """What stands in one value, a break as `1`."""
    apart = re.sub("(?<=[a-z])(?=[A-Z])", " ", value) if humps else value
    return re.findall("[A-Za-z]+|1", re.sub(BREAK, "1", apart))


@settings(max_examples=200, deadline=None)
@given(VALUES, st.booleans())
def test_words_are_those_of_each_value(values, humps):
    seen: list[str] = []

    def known(word: str) -> int:
        seen.append(word)
        return len(seen) - 1

    found = Lettered(pa.array(values, pa.string()), humps).words(known, MARK)
    each = [(at, one) for at, value in enumerate(values) for one in words(value or "", humps)]
    assert found.of.tolist() == [at for at, _ in each]
    told = ["1" if one == MARK else seen[one] for one in found.known]
    assert told == [one.lower() for _, one in each]
    assert found.capital.tolist() == [one[0].isupper() for _, one in each]
    assert len(set(seen)) == len(seen)


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_how_a_value_is_written(values):
    how = Lettered(pa.array(values, pa.string())).written()
    texts = [value or "" for value in values]
    assert how.dotted.tolist() == ["." in text for text in texts]
    assert how.comma.tolist() == ["," in text for text in texts]
    assert how.humped.tolist() == [bool(re.search("[a-z][A-Z]", text)) for text in texts]
    capitals = re.compile("(?s)[A-Z][a-z].*[^A-Za-z][A-Z]|[a-z][A-Z]|^[A-Z][a-z]")
    assert how.capitals.tolist() == [bool(capitals.search(text)) for text in texts]


def test_signs_are_counted_in_each_value_of_a_part_of_a_column():
    column = Column(pa.array(["12", "a1", None, "", "é7é"]).slice(1))
    assert column.count(DIGITS).tolist() == [1, 0, 0, 1]
    assert column.count(DIGITS, beyond=True).tolist() == [1, 0, 0, 5]


def test_what_stands_next_to_a_dash_is_told():
    words_ = Lettered(pa.array(["a-b -c", "d- e"])).words(ord, MARK)
    assert words_.dashed.tolist() == [True, False, False, False, False]
