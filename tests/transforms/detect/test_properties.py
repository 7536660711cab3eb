"""What must hold of any text: the fuzzer's properties, on texts that Hypothesis makes its way."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz import made
from tests.fuzz.properties import PROPERTIES

BOUNDED = settings(max_examples=6, deadline=None, derandomize=True, database=None)
TEXTS = st.one_of(
    st.binary(min_size=2, max_size=40).map(made.text).map(lambda text: text[:400]),
    st.lists(st.sampled_from(made.SAMPLES) | st.text(max_size=6), max_size=6).map("".join),
)
"""Words that detection knows with their encodings; and samples among any signs whatever."""

OTHERS = sorted(set(PROPERTIES) - {"slow"})  # of which test_slow.py has more to say


@pytest.mark.parametrize("name", OTHERS)
def test_it_holds_of_any_text(name: str) -> None:
    @BOUNDED
    @given(st.lists(TEXTS, min_size=12, max_size=12))  # together: kernels cost by the call
    def holds(texts: list[str]) -> None:
        PROPERTIES[name](*texts)

    holds()
