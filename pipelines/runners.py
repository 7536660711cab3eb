"""Where a pipeline runs: in this process, in several, on a cluster. Results do not depend on it."""

import io
import sys
import threading
from collections.abc import Callable
from contextlib import redirect_stderr
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from weir.pipelines.failure import noted, unexpected
from weir.pipelines.hands import workers
from weir.schemas.config import Engine
from weir.schemas.errors import WeirError

if TYPE_CHECKING:
    import apache_beam as beam
    from apache_beam.options.pipeline_options import PipelineOptions

EMBEDDED = ("DirectRunner", "multi_processing")


def options(engine: Engine) -> "PipelineOptions":
    """Beam's options for an engine.

    `DirectRunner` is Beam's FnApiRunner with a thread for each worker, in this process;
    `multi_processing` the same with a process for each. Any other name goes to Beam as it is, with
    `runner_options`. The FnApiRunner is named, since Beam's own default may look for a server.
    """
    if engine.runner in EMBEDDED:
        mode = "multi_threading" if engine.runner == "DirectRunner" else "multi_processing"
        chosen = [
            "--runner=FnApiRunner",
            f"--direct_num_workers={workers(engine)}",
            f"--direct_running_mode={mode}",
        ]
    else:
        chosen = [f"--runner={engine.runner}"]
    made: PipelineOptions = _remembering()([*chosen, *engine.runner_options])
    return made


@cache
def _remembering() -> "type[PipelineOptions]":
    """Options whose views are made once. Beam asks for some on every use of a transform, and reads
    all flags anew each time: a third of a second of a night's start."""
    from apache_beam.options import pipeline_options

    class Remembering(pipeline_options.PipelineOptions):  # type: ignore[misc]
        @cache  # noqa: B019  # two of them a night
        def view_as(self, cls: Any) -> Any:
            return super().view_as(cls)

    return Remembering


class _MainThreadOnly(io.TextIOBase):
    """Standard error for what the command itself says."""

    def __init__(self, real: TextIO) -> None:
        self.real = real

    def write(self, text: str) -> int:
        if threading.current_thread() is threading.main_thread():
            return self.real.write(text)
        return len(text)

    def flush(self) -> None:
        self.real.flush()


def run(engine: Engine, build: Callable[["beam.Pipeline"], object], staging: Path) -> None:
    """Build a pipeline and run it to its end.

    Raises the error that a worker noted in `staging`; for a failure of the runner itself a
    WeirError that names the exception's type and nothing that it says, since it may quote rows.
    """
    import apache_beam as beam

    pipeline = beam.Pipeline(options=options(engine))
    build(pipeline)
    try:
        # Beam prints a failing worker's traceback, values and all; what we know is in the note.
        with redirect_stderr(io.StringIO()):
            state = str(pipeline.run().wait_until_finish())
    except KeyboardInterrupt:
        sys.stderr = _MainThreadOnly(sys.stderr)  # Beam's threads go on, and fail aloud
        raise
    except Exception as error:
        raise noted(staging) or unexpected(error) from None
    if state.rpartition(".")[2] not in {"DONE", "None"}:
        raise noted(staging) or WeirError(f"the runner ended in state {state}; see its log")
