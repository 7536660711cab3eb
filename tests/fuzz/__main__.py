"""Look for texts of which a property does not hold: `make fuzz`, or `python -m tests.fuzz gate`.

Each property has FUZZ_SECONDS (60) in a process of its own, and detection's code is watched by
atheris, so that bytes that reach new code are tried further. The search for slow values climbs on
time instead, and needs no fuzzer: `python -m tests.fuzz slow SEED`. A text that is found is cut
down to what it takes and kept in tests/fuzz/cases/.
Exit code 1 if anything was found, 2 if the fuzzer is not installed here.
"""

import hashlib
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.fuzz import made

CASES = Path(__file__).parent / "cases"
SECONDS = float(os.environ.get("FUZZ_SECONDS", "60"))
_MOST_BYTES = 96


def broken(check: Callable[[str], None], text: str) -> str | None:
    """What is said against the property, if anything: never a word of the text."""
    try:
        check(text)
    except AssertionError as error:
        return str(error)
    except Exception as error:
        return f"raises {type(error).__name__}"
    return None


def smaller(check: Callable[[str], None], text: str, seconds: float = 20) -> str:
    """The text without what it takes not to break the property."""
    until, size = time.monotonic() + seconds, len(text) // 2
    while size and time.monotonic() < until:
        for at in range(0, len(text), size):
            shorter = text[:at] + text[at + size :]
            if time.monotonic() < until and broken(check, shorter):
                text = shorter
                break
        else:
            size //= 2
    return text


def keep(name: str, check: Callable[[str], None], text: str) -> None:
    """Write the case, unless it is there."""
    why = broken(check, text) or "not every time"
    short = smaller(check, text)
    data = short.encode("utf-8", "surrogatepass")
    case = CASES / f"{name}-{hashlib.sha256(data).hexdigest()[:8]}.txt"
    case.write_bytes(data)
    print(
        f"fuzz: {name}: {why}; kept as {case.relative_to(CASES.parent.parent.parent)}", flush=True
    )


def watch_coverage(name: str) -> None:
    """Until time is up, or the first text that breaks the property. Does not return."""
    import atheris

    with atheris.instrument_imports(include=["weir.transforms.detect"]):
        from tests.fuzz.properties import PROPERTIES
    check = PROPERTIES[name]

    def one(data: bytes) -> None:
        text = made.text(data)
        if broken(check, text):
            keep(name, check, text)
            os._exit(1)

    options = [
        f"-max_total_time={SECONDS:.0f}",
        f"-max_len={_MOST_BYTES}",
        "-verbosity=0",
        "-timeout=60",
    ]
    atheris.Setup([sys.argv[0], *options], one)
    atheris.Fuzz()


def climb(name: str, seed: str) -> int:
    """Make slow values slower, and keep one that breaks the property."""
    from tests.fuzz import slow
    from tests.fuzz.properties import PROPERTIES, SLOWEST_MS

    check, top = PROPERTIES[name], 0.0
    for top, tried in slow.climb(seed, SECONDS):
        if top > SLOWEST_MS and broken(check, tried.text):
            keep(name, check, tried.text)
            return 1
    print(f"fuzz: {name}: the slowest value took {top:.1f} ms, with the seed {seed}")
    return 0


def every() -> int:
    """All properties, one after the other."""
    from tests.fuzz.properties import PROPERTIES

    failed = []
    for name in PROPERTIES:
        print(f"fuzz: {name}, {SECONDS:.0f} s", flush=True)
        done = subprocess.run([sys.executable, "-m", "tests.fuzz", name], stderr=subprocess.PIPE)
        if done.returncode:
            failed.append(name)
            if done.returncode != 1:
                print(done.stderr.decode(errors="replace")[-2000:])
    print(f"fuzz: {', '.join(failed)} broken" if failed else "fuzz: nothing found")
    return bool(failed)


def main(names: list[str]) -> int:
    """Every property, or the one that is named; `slow` with a seed, if one is given."""
    if names[:1] == ["slow"]:
        return climb("slow", names[1] if len(names) > 1 else secrets.token_hex(4))
    try:
        import atheris  # noqa: F401
    except ImportError:
        print("fuzz: atheris is not installed; it comes for Linux on x86-64 only", file=sys.stderr)
        return 2
    if not names:
        return every()
    watch_coverage(names[0])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
