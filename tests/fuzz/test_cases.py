"""What the fuzzer found once stays found."""

from pathlib import Path

import pytest

from tests.fuzz import made
from tests.fuzz.properties import PROPERTIES, RUNAWAY_MS, no_value_takes_long

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_what_broke_a_property_once_does_so_no_more(case: Path) -> None:
    text = case.read_bytes().decode("utf-8", "surrogatepass")
    name = case.stem.partition("-")[0]
    if name == "slow":
        no_value_takes_long(text, most_ms=RUNAWAY_MS)
    else:
        PROPERTIES[name](text)


def test_the_same_bytes_make_the_same_text_and_none_is_too_long() -> None:
    data = bytes(range(256))
    assert made.text(data) == made.text(data)
    assert 0 < len(made.text(data)) <= made.LONGEST
