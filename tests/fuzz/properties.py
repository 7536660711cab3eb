"""What must hold of any texts whatever. Each says no word of a text when it does not."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from unittest import mock
from zlib import crc32

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas import detect as facts
from weir.schemas.config import Detection
from weir.schemas.event import LABELS
from weir.transforms.detect import Detector, paths, scan
from weir.transforms.detect.judge import judge
from weir.transforms.detect.paths import SEGMENTS
from weir.transforms.detect.recognizers.engine import open_engine
from weir.transforms.detect.scanned import FIELDS
from weir.transforms.detect.take_apart import inside
from weir.transforms.detect.text.decode import ROUNDS, decode, safe
from weir.transforms.detect.turns import in_turn
from weir.transforms.detect.verdicts import LABEL, Asked, Verdict
from weir.transforms.parse import log_parser

BALANCED = Detector()
STRICT = Detector(Detection(mode="strict"))
BOTH = (BALANCED, STRICT)
SLOWEST_MS = 10
RUNAWAY_MS = 4 * SLOWEST_MS
"""What no value takes in the suite, wherever it runs: a core that a host lends to others as well
takes two to three times as long, whatever it does; what runs away takes a hundred times."""

KEYS = (None, "name", "fullname", "first_name", "phone", "address", "email", "q", "user", "token",
        "customer_no", "dob", "zip", "comment", "ip", "to", "passport")  # fmt: skip
BEFORES = (None, "users", "profile", "author", "authors", "reset", "phone", "passport", "v")
_LITERAL = ("path", "text", "json", "user_agent", "referrer_host")  # a plus is a plus
_PARTS = (*_LITERAL, "query", "search", "cookie")
_JUDGED = (*_PARTS, LABEL)
_OF_A_LINE = ("path_query", "referer", "ua")
_YARDSTICK_MS = 2.2
_LINE = '203.0.113.7 - - [22/Apr/2008:13:55:36 -0400] "GET {} HTTP/1.1" 200 5 "{}" "{}"\n'


def decoding_settles(*texts: str) -> None:
    """Decoding ends; what it calls settled says the same when it is decoded again."""
    for part in _PARTS:
        decoded = [decode(text, part) for text in texts]
        assert max(len(one.views) for one in decoded) <= 14 + 8 * ROUNDS, "more views than rounds"
        for one in decoded:
            if one.settled:
                again = decode(one.views[0], "path")
                assert again.views[0] == one.views[0], f"not settled in {part}"
                assert safe(one.text) == one.text, f"not safe in {part}"
    endless = [text for text in texts if not decode(text).settled]
    assert set(_crossing(endless, "query")) <= {"{unreadable}"}, "unsettled, and crosses"


def redaction_is_idempotent(*texts: str) -> None:
    """What crossed once crosses unchanged, and nothing is found in it, in either mode. A
    placeholder is no value: given as one it is kept apart from ours by its braces."""
    for detector in BOTH:
        mode = detector.settings.mode
        for part in _LITERAL:
            crossing = _crossing(texts, part, detector)
            clean = [text for text in crossing if not _is_placeholder(text)]
            assert _crossing(clean, part, detector) == clean, f"another text in {part}, {mode}"
        paths_ = detector.paths(_column(texts)).clean.to_pylist()
        clean = [path for path in paths_ if "{" not in path]
        assert detector.paths(_column(clean)).clean.to_pylist() == clean, f"another path, {mode}"


def redacted_text_holds_nothing(*texts: str) -> None:
    """A second look at a redacted text finds nothing more, in the mode of the first."""
    for detector in BOTH:
        for field in FIELDS:
            for text in texts:
                found = scan(field, scan(field, text, detector).clean, detector).findings
                assert not found, f"found in a redacted {field}, {detector.settings.mode}"


def a_redacted_line_is_a_line(*texts: str) -> None:
    """Log lines with redacted fields are read as the lines before were: no row more, none less."""
    plain = ["".join(c for c in text if c.isprintable() and c not in '"\\ ') for text in texts]
    before = _read([_LINE.format(*[text or "/"] * len(_OF_A_LINE)) for text in plain])
    for detector in BOTH:
        clean = [[scan(name, text or "/", detector).clean for name in _OF_A_LINE] for text in plain]
        read = _read([_LINE.format(*three) for three in clean])
        assert read == before, f"read otherwise, {detector.settings.mode}"


def the_gate_hides_nothing(*texts: str) -> None:
    """What the fast look lets through the full analysis finds nothing in, in either mode, whatever
    it stands under or behind."""
    for detector in BOTH:
        for part in ("query", "path", "text", "search", LABEL):
            keys = [_one_of(sorted(LABELS) if part == LABEL else KEYS, text) for text in texts]
            for names in ([None] * len(texts), keys):
                pairs = zip(texts, names, strict=True)
                verdicts = detector.verdicts([Asked(text, part, name) for text, name in pairs])
                clean = detector.values(_column(texts), pa.array(names, pa.string()), part).clean
                for crosses, verdict in zip(clean.to_pylist(), verdicts, strict=True):
                    assert crosses == verdict.clean or not verdict.found, f"hidden in {part}"
        _hides_nothing_in_paths(texts, detector)
        _hides_nothing_in_paths(tuple(_behind_routes(texts)), detector)


def _hides_nothing_in_paths(texts: Sequence[str], detector: Detector) -> None:
    fast = detector.paths(_column(texts)).clean.to_pylist()
    with _no_gate():
        full = detector.paths(_column(texts))
    told = full.findings.filter(pc.not_equal(full.findings["rule"], "too_much"))
    found = set(told["index"].to_pylist())  # what is spared a look costs no steps
    for index, (seen, all_seen) in enumerate(zip(fast, full.clean.to_pylist(), strict=True)):
        assert seen == all_seen or index not in found, "hidden in a path"


def _behind_routes(texts: Sequence[str]) -> Iterator[str]:
    """Each text as a segment behind one that may decide on it."""
    for text in texts:
        yield f"/a/{_one_of(BEFORES[1:], text)}/{text.replace('/', '-')}/b"


def _one_of(choices: Sequence[str | None], text: str) -> str | None:
    """Always the same for a text, and any for any."""
    return choices[crc32(text.encode("utf-8", "replace")) % len(choices)]


def taking_apart_is_total(*texts: str) -> None:
    """Every piece lies in the text, and it never raises."""
    for part in _PARTS:
        for text in texts:
            for piece in inside(text, part):
                assert 0 <= piece.start <= piece.end <= len(text), f"a piece outside, in {part}"


def no_value_takes_long(*texts: str, most_ms: float = SLOWEST_MS) -> None:
    """Ten milliseconds of one core at most, wherever a text stands, and a path with all of its
    segments. Once in eight will do, since others use the machine."""
    for detector in BOTH:
        for text in texts:
            for asked in _places(text):
                place = f"{asked.part} under {asked.key} behind {asked.before}"
                in_time = any(quick(asked, detector, most_ms) for _ in range(8))
                assert in_time, f"over {most_ms} ms in {place}, {detector.settings.mode}"


PROPERTIES: dict[str, Callable[..., None]] = {
    "settles": decoding_settles,
    "idempotent": redaction_is_idempotent,
    "clean": redacted_text_holds_nothing,
    "parses": a_redacted_line_is_a_line,
    "gate": the_gate_hides_nothing,
    "apart": taking_apart_is_total,
    "slow": no_value_takes_long,
}
"""By the name that a case's file begins with."""


def cost_ms(asked: Asked, detector: Detector = BALANCED) -> float:
    """Milliseconds of this thread's processor to judge a value; a path's segments in turn, all of
    them, as if no gate had let any through."""
    engine, spent = open_engine(detector.settings), 0.0

    def verdicts(some: list[Asked]) -> list[Verdict]:
        nonlocal spent
        began = time.thread_time()
        found = [judge(one, engine) for one in some]
        spent += time.thread_time() - began
        return found

    taken, segments = _segments(asked.value) if is_path(asked) else (None, ())
    if taken and segments:
        in_turn(taken, pa.array(range(len(segments))), segments, verdicts)
    else:
        verdicts([asked])
    return spent * 1000


def is_path(asked: Asked) -> bool:
    """Whether it is judged by its segments."""
    return asked.part == "path" and not asked.before and "/" in asked.value


@lru_cache(maxsize=256)
def _segments(path: str) -> tuple[paths.TakenApart, tuple[Asked, ...]]:
    """The distinct segments of a path, of which it has no more than it may, and what is asked."""
    (plain,) = paths.without_parameters(pa.array([path])).to_pylist()
    taken = paths.take_apart(pa.array(["/".join(plain.split("/")[: SEGMENTS + 1])]))
    pairs = zip(taken.distinct.to_pylist(), taken.befores.to_pylist(), strict=True)
    return taken, tuple(Asked(one, "path", None, before or None) for one, before in pairs)


def quick(asked: Asked, detector: Detector, most_ms: float = SLOWEST_MS) -> bool:
    """Whether a value takes ten milliseconds at most, or as much more as all takes longer now."""
    took = cost_ms(asked, detector)
    return took <= most_ms or took <= most_ms * pace()


def pace() -> float:
    """How much longer this machine takes just now than an idle core of the one that
    docs/detection.md names; 1 at least.

    By looking up names all over the lexicon: what slows judging down is memory that others use.
    """
    names, best = facts.lexicon().names, float("inf")
    for _ in range(3):
        began = time.thread_time()
        sum(names[name][0] for name in _yardstick())
        best = min(best, (time.thread_time() - began) * 1000)
    return max(best / _YARDSTICK_MS, 1.0)


@cache
def _yardstick() -> list[str]:
    every = list(facts.lexicon().names)[::40]
    return random.Random("yardstick").sample(every, len(every))


def _places(text: str) -> Iterator[Asked]:
    """What may be asked about a text; as a path it is judged by its segments."""
    yield from (Asked(text, part) for part in _JUDGED)
    yield from (Asked(text, "query", key) for key in KEYS[1:])
    yield from (Asked(text, "path", None, before) for before in BEFORES[1:])


def _column(texts: Sequence[str]) -> pa.StringArray:
    return pa.array([text.encode("utf-8", "replace").decode() for text in texts], pa.string())


def _crossing(texts: Sequence[str], part: str, detector: Detector = BALANCED) -> list[str]:
    return list(detector.values(_column(texts), None, part).clean.to_pylist())


def _is_placeholder(text: str) -> bool:
    return text.startswith("{") and text.endswith("}")


def _read(lines: list[str]) -> tuple[int, int]:
    parsed = log_parser("combined").parse("".join(lines).encode("utf-8", "replace"))
    return parsed.rows.num_rows, parsed.rejects.num_rows


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
