"""The rooms: imports go down, the command starts light, no file knows a machine or a registry."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tools"))  # a tool may import another


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        f"weir_tools_{name}", ROOT / "tools" / f"{name}.py"
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


rooms = load("imports")


def a_checkout(tmp_path: Path, **files: str) -> Path:
    """A checkout with the three rooms and these files (`schemas__a` is schemas/a.py)."""
    for room in ("schemas", "transforms", "pipelines"):
        (tmp_path / room).mkdir()
    for name, source in files.items():
        path = tmp_path / (name.replace("__", "/") + ".py")
        path.write_text(source, encoding="utf-8")
    return tmp_path


def told(root: Path) -> list[str]:
    return [str(fault) for fault in rooms.faults(root)]


def test_this_checkout_keeps_its_rooms():
    assert told(ROOT) == []


@pytest.mark.parametrize(
    ("floor", "line", "wrong"),
    [
        ("text", "from weir.transforms.detect.people.worth import points", True),
        ("people", "from weir.transforms.detect.judge import Judge", True),
        ("people", "def f():\n    from weir.transforms.detect import fields", True),
        ("people", "from weir.transforms.detect.text.decode import decode", False),
        ("people", "from weir.transforms.keys import Keyring", False),
        ("", "from weir.transforms.detect.recognizers.engine import Engine", False),
    ],
)
def test_within_detection_imports_go_down_too(tmp_path: Path, floor: str, line: str, wrong: bool):
    root = a_checkout(tmp_path)
    home = root / "transforms" / "detect" / floor
    home.mkdir(parents=True)
    (home / "a.py").write_text(line, encoding="utf-8")
    assert bool(told(root)) is wrong
    assert all("imports go down only" in fault for fault in told(root))


@pytest.mark.parametrize(
    ("room", "line", "why"),
    [
        ("schemas", "from weir.transforms.keys import Keyring", "must not import weir.transforms"),
        ("schemas", "from ..pipelines import store", "must not import weir.pipelines"),
        ("schemas", "import apache_beam as beam", "must not import apache_beam"),
        ("transforms", "import weir.pipelines.store", "must not import weir.pipelines"),
        (
            "transforms",
            "def f():\n    from weir import pipelines",
            "must not import weir.pipelines",
        ),
        ("transforms", "from rich.table import Table", "must not import rich"),
        ("pipelines", "from schemas.event import EVENT", "import it as weir.schemas"),
    ],
)
def test_an_import_that_goes_up_is_named_with_its_line(tmp_path, room, line, why):
    (fault, *_) = told(a_checkout(tmp_path, **{f"{room}__a": f"import os\n{line}\n"}))
    assert fault.startswith((f"{room}/a.py:2:", f"{room}/a.py:3:"))
    assert why in fault


def test_imports_that_go_down_are_fine(tmp_path):
    root = a_checkout(
        tmp_path,
        schemas__a="import pyarrow as pa\nfrom weir.schemas import b\n",
        transforms__a="import apache_beam\nfrom weir.schemas.a import x\n",
        pipelines__a="import apache_beam\nfrom weir.transforms.a import x\n",
    )
    assert told(root) == []


def test_the_command_may_not_wait_for_beam_however_far_away_it_is_imported(tmp_path):
    root = a_checkout(
        tmp_path,
        pipelines__cli="from weir.pipelines import night\n",
        pipelines__night="import os\nimport apache_beam as beam\n",
        pipelines__elsewhere="import apache_beam\n",
    )
    (fault,) = told(root)
    assert fault.startswith("pipelines/night.py:2: imports apache_beam")


def test_the_command_may_import_engines_inside_its_functions_and_for_types(tmp_path):
    source = (
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    import pyarrow as pa\n"
        "def run():\n    import apache_beam\n    return apache_beam\n"
    )
    assert told(a_checkout(tmp_path, pipelines__cli=source)) == []


@pytest.mark.parametrize(
    ("name", "line", "why"),
    [
        ("Makefile", "cp x {root}/store", "a path of this machine"),
        ("docs.md", "see /home/" + "ann/weir/docs", "somebody's home"),
        ("requirements.lock", "--index-url somewhere", "lock file"),
        ("requirements.lock", "a @ https" + "://example.org/a.whl", "lock file"),
        ("setup.md", "pip install --index-url https" + "://py" + "pi.org/simple", "registry"),
    ],
)
def test_a_file_that_knows_a_machine_or_a_registry_is_named(tmp_path, name, line, why):
    root = a_checkout(tmp_path)
    (root / name).write_text("first\n" + line.format(root=root) + "\n", encoding="utf-8")
    (fault,) = told(root)
    assert fault.startswith(f"{name}:2:")
    assert why in fault


def test_url_paths_are_no_machine_paths(tmp_path):
    root = a_checkout(tmp_path)
    (root / "README.md").write_text("https://www.example.com/home/books/page\n", encoding="utf-8")
    assert told(root) == []


def test_the_reference_is_up_to_date():
    assert load("docs").main(["--check"]) == 0


def test_every_test_that_a_document_names_is_there():
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    texts = [page.read_text(encoding="utf-8") for page in pages]
    named = {found for text in texts for found in re.findall(r"(tests/[\w/]+\.py)::([\w:]+)", text)}
    gone = [
        f"{path}::{names}"
        for path, names in sorted(named)
        if not (ROOT / path).exists()
        or not all(
            re.search(rf"^ *(def|class) {name}\b", (ROOT / path).read_text("utf-8"), re.MULTILINE)
            for name in names.split("::")
        )
    ]
    assert named
    assert gone == []
    short = {found for text in texts for found in re.findall(r"`(?:test_\w+\.py)?::\w+", text)}
    assert not short, "without its folder a test is not looked for here"


def test_what_a_document_names_and_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text("def test_here(): ...\n")
    (tmp_path / "docs" / "a.md").write_text(
        "`test_here` `test_a.py` `tests/test_a.py::test_here[x]` `test_a.py::test_here`\n"
        "`test_gone` `test_b.py` `tests/test_a.py::test_gone` `docs/b.md` `test_a.py::test_gone`\n"
    )
    assert list(load("described").missing(tmp_path)) == [
        "docs/a.md: tests/test_a.py has no test_gone",
        "docs/a.md: there is no docs/b.md",
        "docs/a.md: there is no test test_gone",
        "docs/a.md: there is no test_b.py",
        "docs/a.md: test_a.py has no test_gone",
    ]
