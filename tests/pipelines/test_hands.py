"""Hands: other processes do the work, and end with the command, however that ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from weir.pipelines.failure import WorkerFailedError, noted, told
from weir.pipelines.hands import called, do, do_all, done
from weir.schemas.config import Engine
from weir.schemas.errors import WallError, WeirError

TWO = Engine(workers=2)


def refuse(staging: str) -> None:
    with told(staging):
        raise WallError("something personal would have crossed")


def break_down() -> None:
    raise ValueError("ann@example.org")


def be_killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def doubled(number: int) -> int:
    return 2 * number


def test_a_hand_is_another_process(tmp_path: Path) -> None:
    with called(TWO, detecting=False):
        assert do(os.getpid) != os.getpid()
        assert do_all(str(tmp_path), doubled, range(5)) == [0, 2, 4, 6, 8]


def deaf_to() -> set[int]:
    return set(signal.pthread_sigmask(signal.SIG_BLOCK, []))


def test_a_hand_begins_deaf_to_what_the_terminal_sends_to_all() -> None:
    with called(TWO, detecting=False):
        assert signal.SIGINT in do(deaf_to)
    assert signal.SIGINT not in deaf_to()


def test_without_hands_the_work_is_done_here(tmp_path: Path) -> None:
    assert do(os.getpid) == os.getpid()
    assert do_all(str(tmp_path), doubled, range(5)) is None
    with called(Engine(runner="PortableRunner"), detecting=False):
        assert do(os.getpid) == os.getpid()


def test_what_a_hand_refused_is_refused_here(tmp_path: Path) -> None:
    with called(TWO, detecting=False), pytest.raises(WorkerFailedError):
        done(str(tmp_path), refuse, str(tmp_path))
    error = noted(tmp_path)
    assert isinstance(error, WallError)
    assert error.exit_code == 3


def test_what_a_bug_in_a_hand_says_is_not_repeated(tmp_path: Path) -> None:
    with called(TWO, detecting=False), pytest.raises(WorkerFailedError) as caught:
        done(str(tmp_path), break_down)
    assert "ValueError" in str(caught.value)
    assert "ann@" not in f"{caught.value} {noted(tmp_path)}"


def test_a_hand_that_was_killed_is_told_with_a_remedy() -> None:
    with called(TWO, detecting=False), pytest.raises(WeirError, match=r"killed.*engine\.workers"):
        do(be_killed)


COMMAND = """
import os, time
from weir.pipelines.hands import called, do
from weir.schemas.config import Engine
if __name__ == "__main__":
    with called(Engine(workers=2), detecting=False):
        print(do(os.getpid), do(os.getppid), flush=True)
        time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_process_outlives_the_command(tmp_path: Path, number: int) -> None:
    script = tmp_path / "command.py"
    script.write_text(COMMAND)
    command = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert command.stdout is not None
    others = [int(pid) for pid in command.stdout.readline().split()]
    assert all(map(alive, others))
    command.send_signal(number)
    command.wait()
    end = time.monotonic() + 20
    while any(map(alive, others)) and time.monotonic() < end:
        time.sleep(0.1)
    assert not any(map(alive, others))


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
