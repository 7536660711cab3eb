"""What an audit's look at texts finds: all kinds in each, by all recognizers, without the gate."""

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from weir.transforms import audit
from weir.transforms.audit import LEAST, Look
from weir.transforms.detect import Detector, cleared, detector, paths
from weir.transforms.detect.matching import gate

LOOK = Look(Detector(least=LEAST))


def kinds(column: str, *values: str) -> list[tuple[str, str]]:
    """(value, kind) of all that is found."""
    texts = pa.table({"column": [column] * len(values), "value": list(values)})
    found = LOOK.found(texts)
    return list(zip(found["value"].to_pylist(), found["kind"].to_pylist(), strict=True))


@pytest.mark.parametrize("column", ["search", "campaign", "(text)", "note", "path"])
def test_each_kind_that_is_found_in_a_text_is_told_once(column: str) -> None:
    text = "joe@example.org, 212-555-0123 or ann@example.org"
    assert sorted(kinds(column, text)) == [(text, "email"), (text, "phone")]


def test_so_is_each_kind_in_the_segments_of_a_path() -> None:
    path = "/a/joe@example.org/212-555-0123/ann@example.org/joe@example.org,212-555-0143"
    assert sorted(kinds("path", path)) == [(path, "email"), (path, "phone")]


@pytest.mark.parametrize(
    "column, value",
    [
        ("search", "joe@example.org"),
        ("parameters", "to=joe@example.org"),
        ("(text)", "ask joe@example.org"),
        ("phone", "x4711"),
        ("referrer_domain", "joe@example.org"),
        ("path", "/a/joe@example.org"),
        ("first_name", "xk"),  # which no gate for texts would let through
        ("path", "/users/a7"),
        ("referrer_path", "/users/a7"),
    ],
)
def test_the_gate_is_not_asked(monkeypatch: pytest.MonkeyPatch, column: str, value: str) -> None:
    def shut(values: pa.Array, *_: object) -> pa.Array:
        return pc.and_(pc.is_valid(values), False)

    for module in (audit, detector, gate, paths):
        for name in ("gate", "any_of", "could_name", "suspect", "could_be_encoded"):
            monkeypatch.setattr(module, name, shut, raising=False)
    cleared.forget()
    assert [one for one, _ in kinds(column, value)] == [value]
    cleared.forget()
