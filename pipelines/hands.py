"""Hands: processes of this machine that do the heavy pieces of a step for the embedded runner.

Python runs one thread at a time between the kernels. Measured on two cores and 5 million lines, two
threads took 13.5 s over what two processes do in 9. They are forked from a server that loads the
libraries while the command still loads Beam, so they share what is loaded and start at once.

Beam's own runners know nothing of them: a step asks `do`, and where no hands were called (on a
cluster, in Beam's `multi_processing`, in tests) the piece is done in the worker that has it.
"""

import multiprocessing
import multiprocessing.util
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, ParamSpec, TypeVar

from weir.pipelines.failure import told
from weir.pipelines.memory import collect_seldom, keep_memory
from weir.pipelines.silence import keep_silent
from weir.schemas.config import Engine
from weir.schemas.errors import WeirError

P = ParamSpec("P")
R = TypeVar("R")

_LOADED = (
    "weir.pipelines.loading",
    "weir.pipelines.cli",
    "weir.pipelines.tasks",
    "weir.pipelines.counting",
)
_DETECTING = ("weir.transforms.detect.recognizers.ahead",)
_pool: ProcessPoolExecutor | None = None


def workers(engine: Engine) -> int:
    """How many workers: as configured, or one a core."""
    return engine.workers or len(os.sched_getaffinity(0))


@contextmanager
def called(engine: Engine, *, detecting: bool) -> Iterator[None]:
    """Hands while the body runs, if the engine is the embedded one. detecting: values are judged,
    so they begin with open recognizers."""
    global _pool
    if engine.runner != "DirectRunner":
        yield
        return
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*_LOADED, *(_DETECTING if detecting else ())])
    _pool = ProcessPoolExecutor(workers(engine), context, _begin)
    # The server and its children start now, while the command goes on to load Beam.
    threading.Thread(target=_call, args=(_pool,), daemon=True).start()
    try:
        yield
    finally:
        _pool.shutdown(cancel_futures=True)
        _pool = None


def _call(pool: ProcessPoolExecutor) -> None:
    """Have the server and its children started. They begin as deaf to Ctrl-C as this thread is made
    here: the terminal sends it to all of them, and only the command answers."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    pool.submit(int)


def do(function: Callable[P, R], *args: P.args, **named: P.kwargs) -> R:
    """What the function gives, done by a hand if there are any; raises what it raises."""
    if _pool is None:
        return function(*args, **named)
    with _whole():
        return _pool.submit(function, *args, **named).result()


def done(staging: str, function: Callable[..., R], *args: Any) -> R:
    """`do` as a step of a pipeline: what goes wrong is noted in the run's staging directory.

    Beam maps `partial(done, staging, function)`, which pickles.
    """
    with told(staging):
        return do(function, *args)


def do_all(staging: str, function: Callable[[int], R], numbers: Iterable[int]) -> list[R] | None:
    """The function of each number, in their order; None where no hands were called. What goes
    wrong is noted in the run's staging directory."""
    if _pool is None:
        return None
    with _whole():
        return list(_pool.map(partial(_noting, staging, function), numbers))


def _noting(staging: str, function: Callable[[int], R], number: int) -> R:
    with told(staging):
        return function(number)


def stop() -> None:
    """End the hands now, whatever they are at; the pool is of no more use."""
    for child in multiprocessing.active_children():
        child.kill()
        child.join()


@contextmanager
def _whole() -> Iterator[None]:
    """A process that was killed is told as such."""
    try:
        yield
    except BrokenExecutor:
        raise WeirError(
            "a worker process was killed, most likely for want of memory; lower engine.workers or "
            "engine.block_mb and run the date again; nothing was published"
        ) from None


def tidy() -> None:
    """Remove the directory of the server's socket; Python would at an exit of its own."""
    shutil.rmtree(multiprocessing.util.get_temp_dir(), ignore_errors=True)


def _begin(*_: Any) -> None:
    """A hand's first act. It ends with the command, however that ends, and is as silent."""
    threading.Thread(target=_end_with_the_command, daemon=True).start()
    keep_silent()
    keep_memory()
    collect_seldom()


def _end_with_the_command() -> None:
    command = multiprocessing.parent_process()
    if command is not None:
        command.join()
        os._exit(1)
