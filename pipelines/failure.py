"""Why a worker failed, told to the command on any runner, without a value of a row.

Runners carry exceptions as text, with whatever values are in it. So a worker writes what we know
into the run's staging directory and raises only that.
"""

import errno
import json
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from weir.schemas import errors
from weir.schemas.errors import WeirError

_NAME = "failure.json"


class WorkerFailedError(Exception):
    """What a runner may log: our own words, never a row's."""


@contextmanager
def told(staging: str) -> Iterator[None]:
    """Around a worker's code: any exception becomes a note for the command and a plain error."""
    try:
        yield
    except WorkerFailedError:  # told already, where the work was done
        raise
    except WeirError as error:
        raise _noted(staging, error) from None
    except OSError as error:
        raise _noted(staging, no_room(error) or unexpected(error)) from None
    except Exception as error:
        raise _noted(staging, unexpected(error)) from None


def no_room(error: OSError) -> WeirError | None:
    """A full disk, a quota, a limit on a file's size: not a bug, and it has a remedy."""
    if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return None
    return WeirError(
        "no room to write: the disk is full, or a quota or limit is reached; "
        "make room and run the date again; nothing was published"
    )


def _noted(staging: str, error: WeirError) -> WorkerFailedError:
    note = {"type": type(error).__name__, "text": str(error)}
    with suppress(OSError):  # a full disk takes no note; the runner's own text has to do
        (Path(staging) / _NAME).write_text(json.dumps(note))
    return WorkerFailedError(f"{note['type']}: {note['text']}")


def noted(staging: Path) -> WeirError | None:
    """What the first worker to fail wrote."""
    try:
        note = json.loads((staging / _NAME).read_text())
    except (OSError, ValueError):
        return None
    kind: type[WeirError] = getattr(errors, note["type"], WeirError)
    return kind(note["text"])


def unexpected(error: BaseException) -> WeirError:
    """A bug, by type and place. What it says could quote a row, so it is not repeated."""
    frames = traceback.extract_tb(error.__traceback__)
    here = [f for f in frames if f"{Path(__file__).parent.parent.name}/" in f.filename]
    where = [f"{Path(f.filename).parent.name}/{Path(f.filename).name}:{f.lineno}" for f in here]
    place = f" at {' < '.join(reversed(where[-3:]))}" if where else ""
    return WeirError(f"failed: {type(error).__name__}{place}; this is a bug, please report it")
