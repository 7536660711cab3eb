"""What is asked of the C library: to keep memory for the next block."""

import ctypes
import os
from contextlib import suppress

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX, _LARGE = -1, -3, -8, 1 << 30  # malloc.h
_NOT_SO_LARGE = 1 << 21


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


def give_back() -> None:
    """Give what is kept and free back to the system, and large blocks from now on at once: for who
    goes on to work of other sizes, where keeping would be hoarding."""
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(_MMAP_THRESHOLD, _NOT_SO_LARGE)
        libc.malloc_trim(0)
