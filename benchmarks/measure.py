"""Wall time, CPU time and peak memory of a command and everything it starts.

Memory is the sum of PSS (proportional set size: shared pages are shared out, so nothing counts
twice) over the process tree, sampled from /proc ten times a second. CPU is what the kernel says
when the command is reaped, children that were waited for included.
"""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

_INTERVAL_S = 0.1
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Usage:
    """What a command used. Memory in bytes, times in seconds."""

    wall_s: float
    cpu_s: float
    peak_bytes: int
    exit_code: int
    samples: int

    def then(self, other: "Usage") -> "Usage":
        """Two commands one after the other, as one."""
        return Usage(
            self.wall_s + other.wall_s,
            self.cpu_s + other.cpu_s,
            max(self.peak_bytes, other.peak_bytes),
            self.exit_code or other.exit_code,
            self.samples + other.samples,
        )


def measure(
    command: Sequence[str],
    *,
    log: Path,
    env: dict[str, str] | None = None,
    watch: Callable[[float, int], None] = lambda seconds, size: None,
) -> Usage:
    """Run a command to its end; its output goes to the file `log`.

    `watch` is called with seconds since the start and the memory of the moment.
    """
    began = time.perf_counter()
    with log.open("wb") as out:
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=env,
        )
        tree = _Tree(process.pid, began, watch)
        tree.start()
        try:
            _, status, used = os.wait4(process.pid, 0)
        except BaseException:
            process.terminate()
            raise
        finally:
            wall = time.perf_counter() - began
            tree.stop()
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = used.ru_utime + used.ru_stime
    return Usage(wall, max(cpu, tree.cpu_s), tree.peak, process.returncode, tree.samples)


class _Tree(threading.Thread):
    """Samples a process tree until it is stopped."""

    def __init__(self, root: int, began: float, watch: Callable[[float, int], None]) -> None:
        super().__init__(daemon=True)
        self.root, self.began, self.watch = root, began, watch
        self.peak = self.samples = 0
        self._cpu: dict[int, float] = {}
        self._done = threading.Event()

    @property
    def cpu_s(self) -> float:
        """CPU of every process seen, for those that nobody waits for."""
        return sum(self._cpu.values())

    def run(self) -> None:
        while not self._done.wait(_INTERVAL_S):
            pids = _descendants(self.root)
            size = sum(_memory(pid) for pid in pids)
            for pid in pids:  # 0 of a process that just ended
                self._cpu[pid] = max(_cpu(pid), self._cpu.get(pid, 0.0))
            self.peak, self.samples = max(self.peak, size), self.samples + 1
            self.watch(time.perf_counter() - self.began, size)

    def stop(self) -> None:
        self._done.set()
        self.join()


def _descendants(root: int) -> list[int]:
    """`root` and all that it started, however deep."""
    found, queue = [root], [root]
    while queue:
        pid = queue.pop()
        for path in Path(f"/proc/{pid}/task").glob("*/children"):
            children = [int(child) for child in _read(path).split()]
            found += children
            queue += children
    return found


def _memory(pid: int) -> int:
    """PSS in bytes; 0 for a process that just ended."""
    for line in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def _cpu(pid: int) -> float:
    """User and system seconds of one process, without its children."""
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK if fields else 0.0


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it ended between two looks
        return ""
