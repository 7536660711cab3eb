"""Rewrite the lock files from pyproject.toml and requirements-fuzz.in. Run by `make lock`.

pip-tools works in a throw-away environment, so nothing has to be installed first, and only wheels
are considered. The files pin versions and hashes; they name no index, host or path.
"""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "--only-binary :all:\n"
LOCKS: dict[str, list[str]] = {
    "requirements.lock": ["pyproject.toml"],
    "requirements-dev.lock": ["--extra=dev", "pyproject.toml"],
    "requirements-fuzz.lock": ["requirements-fuzz.in"],  # has wheels for Linux on x86-64 only
}
QUIET = [
    "--no-emit-index-url", "--no-emit-trusted-host", "--no-emit-find-links", "--no-emit-options",
    "--no-header", "--no-annotate",
]  # fmt: skip


def compile_lock(python: Path, lock: str, inputs: list[str], upgrade: bool) -> str:
    """The text of one lock file; what the present one pins stays unless `upgrade`."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch, lock)
        present = ROOT / lock
        if present.exists():
            out.write_text(_pins(present.read_text(encoding="utf-8")), encoding="utf-8")
        subprocess.run(
            [
                python, "-m", "piptools", "compile", "--quiet", "--generate-hashes", *QUIET,
                "--strip-extras", "--allow-unsafe", "--pip-args=--only-binary :all:",
                *(["--upgrade"] if upgrade else []), f"--output-file={out}", *inputs,
            ],
            cwd=ROOT, check=True,
        )  # fmt: skip
        return f"{HEADER}\n{_pins(out.read_text(encoding='utf-8'))}"


def _pins(text: str) -> str:
    """Pins and hashes only, without the options above them."""
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    return "\n".join(lines).strip("\n") + "\n"


def main(arguments: list[str]) -> int:
    """Rewrite them all; `--upgrade` takes the newest versions that pyproject.toml allows."""
    if set(arguments) - {"--upgrade"}:
        print("usage: lock.py [--upgrade]", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        venv.create(scratch, with_pip=True)
        python = Path(scratch, "bin", "python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", "pip-tools"], check=True)
        for lock, inputs in LOCKS.items():
            print(f"lock: {lock}", flush=True)
            text = compile_lock(python, lock, inputs, bool(arguments))
            (ROOT / lock).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
