"""What cannot be judged does not cross, and is counted by why."""

import threading
import time

import pyarrow as pa
import pytest
from presidio_analyzer import LocalRecognizer

from weir.schemas.config import Detection
from weir.transforms.detect import Detector, cache
from weir.transforms.detect.limits import deadline
from weir.transforms.detect.limits.deadline import Failed, judged
from weir.transforms.detect.recognizers import engine


class Sabotage(LocalRecognizer):
    """Finds nothing; does `deed` to every text with `bad` in it."""

    def __init__(self, deed):
        self.deed = deed
        super().__init__(supported_entities=["id"], name="Sabotage")

    def load(self):
        pass

    def count(self, text, effort):
        return 1

    def analyze(self, text, entities, nlp_artifacts=None):
        return self.deed(text) or [] if "bad" in text else []


def a_detector(monkeypatch, deed=None, **settings) -> Detector:
    """A detector with engines of its own and, if `deed` is given, a bad recognizer among them."""
    monkeypatch.setattr(engine, "_engines", {})
    cache.forget()
    detector = Detector(Detection(**settings))
    if deed:
        opened = engine.open_engine(detector.settings)
        bad = Sabotage(deed)
        opened.analyzer.registry.recognizers.append(bad)
        opened.others.append(bad)
    return detector


def look(detector, *values):
    """(clean, [(index, rule)])."""
    cleaned = detector.values(pa.array(values), None, "query")
    rows = zip(
        cleaned.findings["index"].to_pylist(), cleaned.findings["rule"].to_pylist(), strict=True
    )
    return cleaned.clean.to_pylist(), list(rows)


def test_a_recognizer_that_raises_costs_its_value_only(monkeypatch):
    def deed(text):
        raise RuntimeError(text)

    detector = a_detector(monkeypatch, deed)
    clean, found = look(detector, "bad-00000000000-ab", "fine", "joe@example.org")
    assert clean == ["{unreadable}", "fine", "{email}"]
    assert found == [(0, "detector_error"), (2, "WebEmail")]


def test_a_recognizer_that_hangs_costs_its_value_only(monkeypatch):
    released = threading.Event()
    detector = a_detector(monkeypatch, lambda text: released.wait(20) and None, timeout_ms=50)
    began = time.monotonic()
    clean, found = look(detector, "bad-00000000000-ab", "joe@example.org", "plain")
    assert time.monotonic() - began < 5
    released.set()
    assert clean == ["{unreadable}", "{email}", "plain"]
    assert (0, "timeout") in found


def test_a_failure_is_tried_again_the_next_time(monkeypatch):
    deeds = iter([RuntimeError()])

    def deed(text):
        for error in deeds:
            raise error

    detector = a_detector(monkeypatch, deed)
    assert look(detector, "bad-00000000000-ab")[0] == ["{unreadable}"]
    assert look(detector, "bad-00000000000-ab")[0] == ["bad-00000000000-ab"]


def test_a_regex_that_runs_out_of_time_is_a_failure_and_not_a_pass(monkeypatch):
    detector = a_detector(monkeypatch, timeout_ms=20)
    opened = engine.open_engine(detector.settings)
    email = next(r for r in opened.analyzer.registry.recognizers if r.name == "WebEmail")
    import regex

    email.patterns[0].compiled_regex.compiled = regex.compile(r"(?:a|aa)+(?:a|aa)+(?:a|aa)+[cd]")
    email.patterns[0].compiled_regex.seconds = 0.01
    clean, found = look(detector, "a" * 200 + "@b.cd")
    assert clean == ["{unreadable}"]
    assert found == [(0, "timeout")]


def test_too_many_hanging_threads_close_the_gate_for_all(monkeypatch):
    released, asked = threading.Event(), []

    def hang(value):
        asked.append(value)
        released.wait(20)

    monkeypatch.setattr(deadline, "HUNG_AT_MOST", 3)
    monkeypatch.setattr(deadline, "_hung", [])
    assert judged(hang, ["a", "b", "c"], 0.02) == [Failed("timeout")] * 3
    assert asked == ["a", "a", "b"]  # each has two chances; for c there is no thread any more
    assert judged(str.upper, ["d"], 1.0) == [Failed("timeout")]
    left = list(deadline._hung)
    released.set()
    for thread in left:
        thread.join(5)
    assert judged(str.upper, ["d"], 1.0) == ["D"]


def spend(seconds: float) -> None:
    """CPU time of this thread."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def test_a_late_value_gets_a_second_chance_since_something_may_have_been_loaded_in_its_time():
    slow = iter([0.4, 0])

    def work(value):
        spend(next(slow, 0))
        return value.upper()

    assert judged(work, ["a", "b"], 0.1) == ["A", "B"]


def test_a_value_that_is_late_twice_is_closed_and_those_behind_it_are_judged():
    late = {"a": [0.4, 0.4], "b": [0.4, 0]}
    asked = []

    def work(value):
        asked.append(value)
        if len(asked) > 5:
            raise RuntimeError("asked for ever")
        spend(next(iter(late.get(value, [])[asked.count(value) - 1 :]), 0))
        return value.upper()

    assert judged(work, ["a", "b", "c"], 0.1) == [Failed("timeout"), "B", "C"]
    assert asked == ["a", "a", "b", "b", "c"]


def test_waiting_for_a_busy_machine_costs_no_value():
    def work(value):
        time.sleep(0.15)
        return value.upper()

    assert judged(work, ["a", "b"], 0.05) == ["A", "B"]


@pytest.mark.parametrize("part", ["query", "path"])
def test_a_value_that_is_too_long_does_not_cross(monkeypatch, part):
    detector = a_detector(monkeypatch, value_bytes=64)
    long = "x" * 65
    given = pa.array([f"/a/{long}" if part == "path" else long])
    cleaned = detector.paths(given) if part == "path" else detector.values(given)
    assert cleaned.findings["rule"].to_pylist() == ["too_long"]
    assert long not in cleaned.clean[0].as_py()


def test_length_is_counted_in_bytes(monkeypatch):
    detector = a_detector(monkeypatch, value_bytes=64)
    assert look(detector, "é" * 40)[1] == [(0, "too_long")]


def test_a_value_whose_decoding_does_not_settle_does_not_cross():
    value = "a%40b"
    for _ in range(7):
        value = value.replace("%", "%25")
    clean, found = look(Detector(), value)
    assert clean == ["{unreadable}"]
    assert found == [(0, "unsettled")]
