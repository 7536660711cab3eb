"""What is asked of the C library, and of Python: to keep memory for the next block, and to look for
garbage less often."""

import ctypes
import gc
import os
from contextlib import suppress

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX, _LARGE = -1, -3, -8, 1 << 30  # malloc.h
_NOT_SO_LARGE = 1 << 23


def keep_memory() -> None:
    """Let glibc's allocator, Arrow's too, keep large blocks for the next one of their size.

    Measured: giving them back and asking for them anew, page by page, took a tenth of a night, and
    an arena for each thread a fifth more memory.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    with suppress(OSError, AttributeError):  # another C library has its own ways
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(_TRIM_THRESHOLD, _LARGE)
        libc.mallopt(_MMAP_THRESHOLD, _LARGE)
        libc.mallopt(_ARENA_MAX, 2)


def collect_seldom() -> None:
    """Importing and wiring make a million objects that stay. Looked at less often, they cost half a
    second less in the command, and as much in the server of the hands."""
    gc.set_threshold(100_000, 20, 20)


def let_go() -> None:
    """Give what is free now back to the system: every few splits, since what is kept for the next
    block lies ever more scattered. It grew by a fifth over twenty million lines."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def give_back() -> None:
    """Give what is kept and free back to the system, and large blocks from now on at once: for who
    goes on to work of other sizes, where keeping would be hoarding.

    A column of numbers of a piece of the tables (2 to 5 MB) is not large: to ask for its pages anew
    each time was a tenth of their CPU.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").mallopt(_MMAP_THRESHOLD, _NOT_SO_LARGE)
    let_go()
