"""The generator makes what is committed, each time, whatever the hash seed."""

import os
import subprocess
import sys
from pathlib import Path

from oracle import SAMPLE, content

MADE = (".gz", ".zst", ".log", ".json")


def made_in(directory: Path) -> dict[str, bytes]:
    """Content by name of all that the generator writes."""
    files = [path for path in directory.rglob("*") if path.suffix in MADE and path.is_file()]
    return {str(path.relative_to(directory)): content(path) for path in files}


def test_the_committed_files_are_those_that_the_generator_makes(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "sample_data.generate", str(tmp_path)],
        cwd=SAMPLE.parent,
        env={**os.environ, "PYTHONHASHSEED": "77"},
        check=True,
    )
    anew, committed = made_in(tmp_path), made_in(SAMPLE)
    assert sorted(anew) == sorted(committed)
    assert [name for name in anew if anew[name] != committed[name]] == []


def test_the_sample_stays_small():
    size = sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.suffix in MADE)
    assert size < 6_000_000
