"""Run a function over values with a deadline for each; what is late or fails is told, not raised.

A thread does the work and its caller watches that thread's own CPU time, so that a recognizer that
hangs costs its value and nothing else, and a busy machine costs none. One that waits for something
spends no CPU: it has `PATIENCE` times as long by the clock. A hung thread cannot be stopped in
Python: it is left behind (a daemon), and once too many are, nothing is judged any more: everything
fails closed.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

HUNG_AT_MOST = 16
PATIENCE = 10
"""How much longer a value may take by the clock than of its thread's CPU time."""
_hung: list[threading.Thread] = []
_hung_lock = threading.Lock()


class DetectorTimeoutError(Exception):
    """A recognizer took longer than a value may take. Carries no text."""


class _Watch:
    """CPU and wall time since a value was begun, of the thread that judges it."""

    def __init__(self) -> None:
        self._clock = time.pthread_getcpuclockid(threading.get_ident())
        self.start()

    def start(self) -> None:
        """At another value."""
        self.wall, self._cpu = time.monotonic(), time.clock_gettime(self._clock)

    def left(self, seconds: float) -> float:
        """Seconds in which the value cannot be late, however they are spent; none: it is."""
        waited = time.monotonic() - self.wall
        try:
            spent = time.clock_gettime(self._clock) - self._cpu
        except OSError:  # the thread has ended
            return seconds
        return min(seconds - spent, PATIENCE * seconds - waited)


@dataclass(frozen=True)
class Failed:
    """Why a value could not be judged: `detector_error` or `timeout`."""

    rule: str


@dataclass
class _Work(Generic[T, R]):
    values: Sequence[T]
    start: int
    results: list[R | Failed] = field(default_factory=list)
    watch: _Watch | None = None  # once the thread runs
    done: threading.Event = field(default_factory=threading.Event)
    left_behind: bool = False

    def run(self, judge: Callable[[T], R]) -> None:
        self.watch = watch = _Watch()
        for value in self.values[self.start :]:
            if self.left_behind:
                return
            watch.start()
            self.results.append(_guarded(judge, value))
        self.done.set()


def judged(judge: Callable[[T], R], values: Sequence[T], seconds: float) -> list[R | Failed]:
    """`judge` of each value, in order; Failed where it raised or took longer than `seconds` of CPU.

    A late value gets a second chance: something may have been loaded in its time.
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
    left = seconds
    while not work.done.wait(max(left, 0.001)):
        left = work.watch.left(seconds) if work.watch else seconds
        if left <= 0 and not work.done.is_set():
            return False
    return True


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
