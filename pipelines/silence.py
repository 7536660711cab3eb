"""What a process that holds raw lines says, and leaves, when nobody asked it: nothing.

Libraries speak of what they work on, in logs and warnings, and so do the tracebacks of what nobody
caught. Weir's own errors are told by `ending` and `failure`, which know what may be said.
"""

import logging
import resource
import sys
import threading
import warnings


def keep_silent() -> None:
    """For the command and each of its hands, before anything is read.

    Whoever has set up logging before (a test at level DEBUG) still hears it.
    """
    logging.basicConfig(level=logging.CRITICAL)
    warnings.showwarning = lambda *_, **__: None
    sys.excepthook = lambda _, error, __: tell_bug(error)
    sys.unraisablehook = lambda _: None
    threading.excepthook = lambda _: None
    leave_no_core()


def leave_no_core() -> None:
    """No memory image of this process, or of one that it starts, when it crashes.

    The limit is one byte and not zero: with zero the kernel writes no file, but still hands the
    image to a collector where one is installed (core(5)); with one it does neither.
    """
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    least = min(1, most) if most != resource.RLIM_INFINITY else 1
    resource.setrlimit(resource.RLIMIT_CORE, (least, least))


def tell_bug(error: BaseException) -> None:
    """What nobody caught, by type and place."""
    from weir.pipelines.failure import unexpected

    if not isinstance(error, KeyboardInterrupt):
        print(f"weir: {unexpected(error)}", file=sys.stderr)
