"""Why a worker failed, told to the command on any runner, without a value of a row.

Runners carry exceptions as text, with whatever values are in it. So a worker writes what we know
into the run's staging directory and raises only that.
"""

import errno
import json
import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from weir.schemas import errors
from weir.schemas.errors import UsageError, WeirError

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
    except Exception as error:
        raise _noted(staging, in_our_words(error)) from None


def in_our_words(error: Exception) -> WeirError:
    """Any other exception: what has a remedy says it, the rest is a bug."""
    mended = (no_room(error) or no_right(error)) if isinstance(error, OSError) else None
    return mended or unexpected(error)


def no_room(error: OSError) -> WeirError | None:
    """A full disk, a quota, a limit on a file's size: not a bug, and it has a remedy."""
    if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return None
    return WeirError(
        "no room to write: the disk is full, or a quota or limit is reached; "
        "make room and run the date again; nothing was published"
    )


def no_right(error: OSError) -> UsageError | None:
    """A place that this user may not read or write: its owner can mend it. None where the system
    does not name the place."""
    named = [Path(n) for n in (error.filename, error.filename2) if isinstance(n, str | os.PathLike)]
    if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS) or not named:
        return None
    there = [_there(place) for place in named]
    closed = [("read", place) for place in there if not os.access(place, os.R_OK)]
    around = [near for place in there for near in (place, place.parent)]  # renaming writes these
    closed += [("written", place) for place in around if not os.access(place, os.W_OK)]
    act, place = [*closed, ("written", there[0])][0]
    return UsageError(
        f"{place}: cannot be {act} ({error.strerror}); run weir as the user who owns it, or let "
        "this one"
    )


def _there(place: Path) -> Path:
    """The place, or the nearest directory above it that is there."""
    while not os.access(place, os.F_OK) and place != place.parent:
        place = place.parent
    return place


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
