"""Run a function over values with a deadline for each; what is late or fails is told, not raised.

A thread does the work and its caller watches the clock, so that a recognizer that hangs costs its
value and nothing else. A hung thread cannot be stopped in Python: it is left behind (a daemon), and
once too many are, nothing is judged any more: everything fails closed.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

HUNG_AT_MOST = 16
_hung: list[threading.Thread] = []
_hung_lock = threading.Lock()


class DetectorTimeoutError(Exception):
    """A recognizer took longer than a value may take. Carries no text."""


@dataclass(frozen=True)
class Failed:
    """Why a value could not be judged: `detector_error` or `timeout`."""

    rule: str


@dataclass
class _Work(Generic[T, R]):
    values: Sequence[T]
    start: int
    results: list[R | Failed] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    done: threading.Event = field(default_factory=threading.Event)
    left_behind: bool = False

    def run(self, judge: Callable[[T], R]) -> None:
        for value in self.values[self.start :]:
            if self.left_behind:
                return
            self.began = time.monotonic()
            self.results.append(_guarded(judge, value))
        self.done.set()


def judged(judge: Callable[[T], R], values: Sequence[T], seconds: float) -> list[R | Failed]:
    """`judge` of each value, in order; Failed where it raised or took longer than `seconds`.

    A late value gets a second chance, since a busy machine may have been what was late.
    """
    results: list[R | Failed] = []
    again = False
    while len(results) < len(values):
        if _exhausted():
            return results + [Failed("timeout")] * (len(values) - len(results))
        work: _Work[T, R] = _Work(values, len(results))
        thread = threading.Thread(target=work.run, args=(judge,), daemon=True, name="weir-detect")
        thread.start()
        late = not _in_time(work, seconds)
        finished = work.results[:]
        again = again and not finished
        results += finished
        if late and again:
            results.append(Failed("timeout"))
        if late:
            work.left_behind = True
            _leave(thread)
        again = late and not again
    return results


def _in_time(work: "_Work[T, R]", seconds: float) -> bool:
    """Whether the work was done before any value of it was late."""
    while True:
        left = work.began + seconds - time.monotonic()
        if work.done.wait(max(left, 0.001)):
            return True
        if time.monotonic() - work.began >= seconds and not work.done.is_set():
            return False


def _guarded(judge: Callable[[T], R], value: T) -> R | Failed:
    try:
        return judge(value)
    except DetectorTimeoutError:
        return Failed("timeout")
    except Exception:  # whatever a recognizer raises, its value must not cross
        return Failed("detector_error")


def _leave(thread: threading.Thread) -> None:
    with _hung_lock:
        _hung.append(thread)


def _exhausted() -> bool:
    """Too many threads hang; those that came back are forgotten."""
    with _hung_lock:
        _hung[:] = [thread for thread in _hung if thread.is_alive()]
        return len(_hung) >= HUNG_AT_MOST
