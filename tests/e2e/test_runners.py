"""Not one process only: the same bytes on Beam's portable path and with several processes, which
also split files and blocks otherwise."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.sample import DAY, Place
from tests.e2e.test_rows_and_bytes import data

SPLITS = {"split_mb": 1, "block_mb": 1}


def test_several_processes_make_the_same_bytes(one: Place, tmp_path: Path) -> None:
    place = Place.make(tmp_path / "place", one.root / "keys", runner="multi_processing", **SPLITS)
    place.night(DAY)
    assert data(place) == data(one)


def test_a_job_service_and_a_worker_pool_make_the_same_bytes(one: Place, tmp_path: Path) -> None:
    with portable(tmp_path) as options:
        place = Place.make(
            tmp_path / "place",
            one.root / "keys",
            runner="PortableRunner",
            runner_options=options,
            **SPLITS,
        )
        place.night(DAY)
    assert data(place) == data(one)


@contextmanager
def portable(tmp_path: Path) -> Iterator[list[str]]:
    """Beam's local job service and worker pool, each a process; the options to use them."""
    job, pool = free_port(), free_port()
    module = "apache_beam.runners"
    commands = [
        [f"{module}.portability.local_job_service_main", f"--port={job}"],
        [f"{module}.worker.worker_pool_main", f"--service_port={pool}"],
    ]
    # The pool starts a bare `python` from PATH.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with (tmp_path / "services.log").open("w") as log:
        running = [
            subprocess.Popen(
                [sys.executable, "-m", *command],
                env={**os.environ, "PATH": path},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            for command in commands
        ]
        try:
            for port in (job, pool):
                wait_for(port)
            yield [
                f"--job_endpoint=localhost:{job}",
                "--environment_type=EXTERNAL",
                f"--environment_config=localhost:{pool}",
            ]
        finally:
            for process in running:
                os.killpg(process.pid, 9)
                process.wait()


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("localhost", 0))
        return int(s.getsockname()[1])


def wait_for(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket() as s:
            if s.connect_ex(("localhost", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError(f"nothing listens on {port}")
