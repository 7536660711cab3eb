"""What must hold of any text whatever. Each says no word of the text when it does not."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

import pyarrow as pa

from weir.schemas.config import Detection
from weir.transforms.detect import Detector, paths, scan
from weir.transforms.detect.decode import ROUNDS, decode, safe
from weir.transforms.detect.engine import open_engine
from weir.transforms.detect.judge import Asked, judge
from weir.transforms.detect.scanned import FIELDS
from weir.transforms.detect.take_apart import inside
from weir.transforms.parse import log_parser

BALANCED = Detector()
STRICT = Detector(Detection(mode="strict"))
SLOWEST_MS = 10
_LITERAL = ("path", "text", "json", "user_agent", "referrer_host")  # a plus is a plus
_PARTS = (*_LITERAL, "query", "search", "cookie")
_LINE = '203.0.113.7 - - [22/Apr/2008:13:55:36 -0400] "GET {} HTTP/1.1" 200 5 "{}" "{}"\n'


def decoding_settles(text: str) -> None:
    """Decoding ends; what it calls settled says the same when it is decoded again."""
    for part in _PARTS:
        decoded = decode(text, part)
        assert len(decoded.views) <= 4 + 8 * ROUNDS, "more views than rounds allow"
        if decoded.settled:
            again = decode(decoded.views[0], "path")
            assert again.views[0] == decoded.views[0], f"not settled in {part}"
            assert safe(decoded.text) == decoded.text, f"not safe in {part}"
        else:
            assert _crosses(text, part) == "{unreadable}", f"unsettled and crosses in {part}"


def redaction_is_idempotent(text: str) -> None:
    """What crossed once crosses unchanged, and nothing is found in it. A placeholder is no value:
    given as one it is kept apart from ours by its braces."""
    for part in _LITERAL:
        clean = _crosses(text, part)
        if not _is_placeholder(clean):
            assert _crosses(clean, part) == clean, f"another text in {part}"
    (path,) = BALANCED.paths(_one(text)).clean.to_pylist()
    if "{" not in path:
        assert BALANCED.paths(_one(path)).clean.to_pylist() == [path], "another path"


def redacted_text_holds_nothing(text: str) -> None:
    """A second look at a redacted text finds nothing more."""
    for field in FIELDS:
        clean = scan(field, text, BALANCED).clean
        assert not scan(field, clean, BALANCED).findings, f"found in a redacted {field}"


def a_redacted_line_is_a_line(text: str) -> None:
    """A log line with redacted fields is read as the line before was, into as many rows."""
    plain = "".join(c for c in text if c.isprintable() and c not in '"\\ ') or "/"
    given = (plain, plain, plain)
    fields = ("path_query", "referer", "ua")
    clean = [scan(f, v, BALANCED).clean for f, v in zip(fields, given, strict=True)]
    before, after = (_read(_LINE.format(*three)) for three in (given, clean))
    assert after == before, "read otherwise"


def the_gate_hides_nothing(text: str) -> None:
    """What the fast look lets through the full analysis finds nothing in, in either mode."""
    for detector in (BALANCED, STRICT):
        for part in _PARTS:
            (verdict,) = detector.verdicts([Asked(text, part)])
            clean = _crosses(text, part, detector)
            assert clean == verdict.clean or not verdict.found, f"hidden in {part}"
        fast = detector.paths(_one(text))
        with _no_gate():
            full = detector.paths(_one(text))
        assert fast.clean == full.clean or not len(full.findings), "hidden in a path"


def taking_apart_is_total(text: str) -> None:
    """Every piece lies in the text, and it never raises."""
    for part in _PARTS:
        for piece in inside(text, part):
            assert 0 <= piece.start <= piece.end <= len(text), f"a piece outside of it in {part}"


def no_value_takes_long(text: str) -> None:
    """Ten milliseconds of one core, and no more steps than there are. Fastest of three."""
    for detector in (BALANCED, STRICT):
        for part in ("query", "text", "path"):
            took = min(_judging(text, part, detector) for _ in range(3))
            assert took <= SLOWEST_MS, f"{took:.1f} ms in {part}, {detector.settings.mode}"


PROPERTIES: dict[str, Callable[[str], None]] = {
    "settles": decoding_settles,
    "idempotent": redaction_is_idempotent,
    "clean": redacted_text_holds_nothing,
    "parses": a_redacted_line_is_a_line,
    "gate": the_gate_hides_nothing,
    "apart": taking_apart_is_total,
    "slow": no_value_takes_long,
}
"""By the name that a case's file begins with."""


def cost_ms(text: str) -> float:
    """What the search for slow texts climbs: milliseconds of one judgement."""
    return _judging(text, "query", BALANCED)


def _one(text: str) -> pa.StringArray:
    return pa.array([text.encode("utf-8", "replace").decode()], pa.string())


def _crosses(text: str, part: str, detector: Detector = BALANCED) -> str:
    return str(detector.values(_one(text), None, part).clean[0].as_py())


def _is_placeholder(text: str) -> bool:
    return text.startswith("{") and text.endswith("}")


def _read(line: str) -> tuple[int, int]:
    parsed = log_parser("combined").parse(line.encode("utf-8", "replace"))
    return parsed.rows.num_rows, parsed.rejects.num_rows


def _judging(text: str, part: str, detector: Detector) -> float:
    asked, engine = Asked(text, part), open_engine(detector.settings)
    began = time.thread_time()
    judge(asked, engine)
    return (time.thread_time() - began) * 1000


@contextmanager
def _no_gate() -> Iterator[None]:
    """Every path and segment is looked at in full."""

    def all_of(values: pa.Array, *_: object) -> pa.BooleanArray:
        return pa.array([True] * len(values), pa.bool_())

    def of_all(taken: paths.TakenApart, *_: object) -> pa.BooleanArray:
        return pa.array([True] * len(taken.distinct), pa.bool_())

    with (
        mock.patch.object(paths, "suspect", all_of),
        mock.patch.object(paths, "suspect_segments", of_all),
    ):
        yield
