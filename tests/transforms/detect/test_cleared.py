import pyarrow as pa
import pyarrow.compute as pc
import pytest

from weir.transforms.detect import cleared
from weir.transforms.detect.cleared import suspects


class Gate:
    """Flags what has an at sign; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str | None]] = []

    def __call__(self, values: pa.StringArray) -> pa.BooleanArray:
        self.asked.append(values.to_pylist())
        return pc.match_substring(values, "@")


@pytest.fixture
def gate(monkeypatch):
    for held in ("_cleared", "_flagged"):
        monkeypatch.setattr(cleared, held, {})
    return Gate()


def test_what_was_answered_is_not_asked_again(gate):
    first = suspects("one", pa.array(["a", "b@c", None]), gate)
    again = suspects("one", pa.array(["b@c", None, "d", "a", "e@f"]), gate)
    assert first.to_pylist() == [False, True, None]
    assert again.to_pylist() == [True, None, False, False, True]
    assert gate.asked == [["a", "b@c", None], [None, "d", "e@f"]]


def test_one_look_does_not_answer_for_another(gate):
    suspects("one", pa.array(["a"]), gate)
    suspects("another", pa.array(["a"]), gate)
    assert gate.asked == [["a"], ["a"]]


def test_what_was_flagged_is_held_as_a_hash(gate):
    suspects("one", pa.array(["a", "jane@example.org"]), gate)
    assert "jane@example.org" not in cleared._cleared["one"].to_pylist()
    (flagged,) = cleared._flagged["one"].to_pylist()
    assert len(flagged) == 16
    assert b"jane" not in flagged


def test_never_more_than_so_many_are_held(gate, monkeypatch):
    monkeypatch.setattr(cleared, "MOST", 3)
    for start in range(0, 10, 2):
        suspects("one", pa.array([f"{start}", f"{start + 1}", f"{start}@", f"{start + 1}@"]), gate)
        assert len(cleared._cleared["one"]) <= 3
        assert len(cleared._flagged["one"]) <= 3


def test_a_few_are_not_looked_up_among_very_many(gate, monkeypatch):
    monkeypatch.setattr(cleared, "_SOON", 5)
    suspects("one", pa.array([str(number) for number in range(20)]), gate)
    suspects("one", pa.array(["1"]), gate)
    assert gate.asked[1] == ["1"]
