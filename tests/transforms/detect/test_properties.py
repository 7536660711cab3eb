"""What must hold of any text: the fuzzer's properties, on texts that Hypothesis makes its way, and
on strings as logs have them, two at a time."""

import random
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz import made
from tests.fuzz.properties import PROPERTIES

EXAMPLES = 3 if settings.default.derandomize else 15
"""Seconds for the same texts each time; more where the profile looks for new ones."""
BOUNDED = settings(max_examples=EXAMPLES, deadline=None)
TEXTS = st.one_of(
    st.binary(min_size=2, max_size=40).map(made.text).map(lambda text: text[:400]),
    st.lists(st.sampled_from(made.SAMPLES) | st.text(max_size=6), max_size=6).map("".join),
)
"""Words that detection knows with their encodings; and samples among any signs whatever."""

STRINGS = yaml.safe_load((Path(__file__).parent / "strings.yaml").read_text(encoding="utf-8"))
JOINTS = (" ", ", ", "/", "&x=", " - ", "\n")
OTHERS = sorted(set(PROPERTIES) - {"slow"})  # of which test_slow.py has more to say
PAIRS = 90  # of strings, for each property


def pairs(seed: str) -> list[str]:
    """Strings of the table, alone and two joined, some of them encoded; others for each seed."""
    rng = random.Random(seed)
    values = sorted({row[2] for rows in STRINGS.values() for row in rows})
    texts = [rng.choice(JOINTS).join(rng.sample(values, rng.choice((1, 2)))) for _ in range(PAIRS)]
    return [text if rng.random() < 0.7 else rng.choice(made.ENCODINGS)(text) for text in texts]


@pytest.mark.parametrize("name", OTHERS)
def test_it_holds_of_any_text(name: str) -> None:
    @BOUNDED
    @given(st.lists(TEXTS, min_size=12, max_size=12))  # together: kernels cost by the call
    def holds(texts: list[str]) -> None:
        PROPERTIES[name](*texts)

    holds()


AGAIN = [
    "thibault+marchandeau cancel subscription 7002121 customer number",
    '{"user":{"email":"x"}}, /sharepoint/personal/hkoenig_contoso_com/Documents',
    "212.555.0123, UCBrowser/11.4.5.105 Chrome/119.0.0.0 Java/1.8.0.231",
    "rev: 2721 mac:A4:FD:FC:9B:32:0D, mã đơn hàng DH0048219 đã được giao",
]
"""Texts of which a second look finds more when what the first one found is gone."""


def test_a_redacted_text_is_looked_at_until_nothing_is_found() -> None:
    PROPERTIES["clean"](*AGAIN)


@pytest.mark.parametrize("name", OTHERS)
def test_it_holds_of_strings_of_logs(name: str) -> None:
    PROPERTIES[name](*pairs(name))
