"""What documents must name, and what they may: settings that a page is to explain, tests and files
that there are. `tools/docs.py` asks."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = Path("docs", "reference")
DESCRIBED = {
    "configuration.md": (
        "config",
        (
            "Cookies",
            "Robots",
            "Attribution",
            "Site",
            "Source",
            "Detection",
            "Network",
            "Engine",
            "Config",
        ),
    ),
    "policy.md": ("policy", ("Retention", "Signals", "Disclosure", "Recipient", "Policy")),
}
"""Pages written by hand, and the models whose every setting they must name."""

_ROOMS = "benchmarks|docs|pipelines|sample_data|schemas|tests|tools|transforms"
_FILE = re.compile(rf"`((?:{_ROOMS})/[\w/.-]+)(?:::(\w+))?(?:\[[^`]*\])?`")
_TEST = re.compile(r"`(test_\w+)(\.py)?(?:::(\w+))?(?:\[[^`]*\])?`")
_DEFINED = re.compile(r"^\s*(?:async )?(?:def|class) (\w+)", re.MULTILINE)


def unnamed() -> Iterator[str]:
    """Settings that the page which is to explain them does not name."""
    for page, (module, models) in DESCRIBED.items():
        text = (ROOT / PAGES / page).read_text("utf-8")
        for name in models:
            model = getattr(importlib.import_module(f"weir.schemas.{module}"), name)
            fields = (key for key, field in model.model_fields.items() if not field.exclude)
            yield from (
                f"{PAGES / page}: does not name {name}.{key}"
                for key in fields
                if f"`{key}`" not in text
            )


def missing(root: Path = ROOT) -> Iterator[str]:
    """Tests and files that a document of a checkout names, and that are not there."""
    tests = {path: _defined(path) for path in (root / "tests").rglob("*.py")}
    everywhere = set[str]().union(*tests.values())
    by_name = {path.name: names for path, names in tests.items()}
    for page in sorted([*root.glob("*.md"), *(root / "docs").rglob("*.md")]):
        text, where = page.read_text("utf-8"), page.relative_to(root)
        for file, test in _FILE.findall(text):
            if not (root / file).exists():
                yield f"{where}: there is no {file}"
            elif test and test not in _defined(root / file):
                yield f"{where}: {file} has no {test}"
        for name, is_file, test in _TEST.findall(text):
            if is_file and f"{name}.py" not in by_name:
                yield f"{where}: there is no {name}.py"
            elif test and test not in by_name.get(f"{name}.py", ()):
                yield f"{where}: {name}.py has no {test}"
            elif not is_file and name not in everywhere:
                yield f"{where}: there is no test {name}"


def _defined(path: Path) -> set[str]:
    return set(_DEFINED.findall(path.read_text("utf-8"))) if path.suffix == ".py" else set()
