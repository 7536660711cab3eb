"""The rooms: imports go down only, the command starts light, no file knows a machine.

    schemas  <-  transforms  <-  pipelines

Run by `make check`. Prints `file:line: what is wrong; what to do` and exits 1 if there is any.
Only syntax is read, nothing is imported, so it takes a moment and needs no environment.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

ROOMS: dict[str, frozenset[str]] = {
    "schemas": frozenset({"schemas"}),
    "transforms": frozenset({"schemas", "transforms"}),
    "pipelines": frozenset({"schemas", "transforms", "pipelines"}),
}
"""Which rooms a room may import."""

FORBIDDEN: dict[str, frozenset[str]] = {
    "schemas": frozenset({"apache_beam", "duckdb", "presidio_analyzer", "tink", "typer", "rich"}),
    "transforms": frozenset({"typer", "rich"}),
    "pipelines": frozenset(),
}
"""What a room must not know: schemas no engine, transforms no terminal."""

FLOORS: dict[str, tuple[str, ...]] = {
    "weir.transforms.detect": (
        "limits", "text", "matching", "people", "checks", "fields", "recognizers",
    ),
}  # fmt: skip
"""Rooms within a room, from the ground up: each imports those before it, its own modules all."""

ENTRY = "weir.pipelines.cli"
HEAVY = {
    "apache_beam", "duckdb", "jinja2", "numpy", "opendp", "pandas", "polars", "presidio_analyzer",
    "pyarrow", "spacy", "tink", "tldextract", "ua_parser", "vl_convert", "zstandard",
}  # fmt: skip
"""What `weir --help` must not wait for: pyarrow costs 0.2 s, Beam and Presidio about a second."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to mend."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


@dataclass(frozen=True)
class Import:
    """One imported module; `at_once` when importing the file imports it too."""

    name: str
    line: int
    at_once: bool


def imports(source: str, module: str, package: bool = False) -> list[Import]:
    """Every import in a module's source, relative ones made absolute."""
    home = module if package else module.rpartition(".")[0]
    return list(_imports(ast.parse(source), home, at_once=True))


def _imports(node: ast.AST, home: str, at_once: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, child.lineno, at_once) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            base = _absolute(child, home)
            yield Import(base, child.lineno, at_once)
            yield from (Import(f"{base}.{a.name}", child.lineno, at_once) for a in child.names)
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            yield from _imports(child, home, at_once=False)
        else:
            deferred = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _imports(child, home, at_once and not deferred)


def _absolute(node: ast.ImportFrom, home: str) -> str:
    if not node.level:
        return node.module or ""
    parts = home.split(".")
    kept = parts[: len(parts) - node.level + 1]
    return ".".join([*kept, *([node.module] if node.module else [])])


def module_name(path: Path) -> str:
    """`pipelines/report/html.py` -> `weir.pipelines.report.html`."""
    parts = path.with_suffix("").parts
    return ".".join(["weir", *(parts[:-1] if parts[-1] == "__init__" else parts)])


def wrong_directions(root: Path) -> Iterator[Fault]:
    """Imports that go up, or that name what a room must not know."""
    for path in _modules(root):
        room = path.parts[0]
        for found in _of_file(root, path):
            target = found.name.split(".")
            up = target[0] == "weir" and len(target) > 1 and target[1] not in ROOMS[room]
            if up and target[1] in ROOMS:
                yield Fault(
                    str(path),
                    found.line,
                    f"{room} must not import weir.{target[1]}; "
                    "imports go down only: move what both need to the lower room",
                )
            if target[0] in FORBIDDEN[room]:
                yield Fault(
                    str(path),
                    found.line,
                    f"{room} must not import {target[0]}; "
                    "do it in a higher room and hand the result down",
                )
            if target[0] in ROOMS:
                yield Fault(
                    str(path),
                    found.line,
                    f"import it as weir.{found.name}: that is its name in the wheel",
                )


def upstairs(root: Path) -> Iterator[Fault]:
    """Imports of a floor above one's own, where a room has floors."""
    for path in _modules(root):
        for house, floors in FLOORS.items():
            here = _floor(module_name(path), house, floors)
            if here is None:
                continue
            for found in _of_file(root, path):
                there = _floor(found.name, house, floors)
                if there is not None and there > here:
                    yield Fault(
                        str(path),
                        found.line,
                        f"{house}.{floors[here]} must not import {found.name}; "
                        f"imports go down only: {' <- '.join(floors)}",
                    )


def _floor(module: str, house: str, floors: tuple[str, ...]) -> int | None:
    """Where a module of the house stands; its own modules stand above all; None: elsewhere."""
    if not f"{module}.".startswith(f"{house}."):
        return None
    room = module.removeprefix(house).strip(".").partition(".")[0]
    return floors.index(room) if room in floors else len(floors)


def heavy_start(root: Path) -> Iterator[Fault]:
    """Module-level imports, reached from the command's module, that make `weir --help` wait."""
    files = {module_name(path): path for path in _modules(root)}
    queue, seen = [ENTRY], {ENTRY}
    while queue:
        path = files.get(queue.pop())
        for found in _of_file(root, path) if path else ():
            if not found.at_once:
                continue
            engine = found.name.partition(".")[0]
            if engine in HEAVY:
                yield Fault(
                    str(path),
                    found.line,
                    f"imports {engine}, and `weir --help` imports "
                    "this file; import it in the function that uses it",
                )
            for name in _with_parents(found.name):
                if name in files and name not in seen:
                    seen.add(name)
                    queue.append(name)


def _with_parents(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[:length]) for length in range(1, len(parts) + 1))


def _modules(root: Path) -> list[Path]:
    return sorted(path.relative_to(root) for room in ROOMS for path in (root / room).rglob("*.py"))


def _of_file(root: Path, path: Path) -> list[Import]:
    source = (root / path).read_text(encoding="utf-8")
    return imports(source, module_name(path), path.name == "__init__.py")


# Written so that no pattern matches its own source.
_HOSTS = re.compile(
    r"py[p]i\.(?:org|python)|python[h]osted\.org|registry\.[n]pmjs|repo1?\.[m]aven"
    r"|[c]onda\.anaconda\.org|proxy\.[g]olang\.org|[d]ocker\.io/",
    re.IGNORECASE,
)
_HOME = re.compile(r"(?<![\w.:/}])/(?:home|Users)/[A-Za-z][\w.-]*/[\w.-]+|(?<![\w.:/}])/[r]oot/\w")
_LOCK_SOURCE = re.compile(
    r"://|^\s*(?:-i|-f|--index-url|--extra-index-url|--trusted-host|--find-links)\b"
)
_TEXT = {".py", ".toml", ".yaml", ".yml", ".md", ".sql", ".sh", ".lock", ".cfg", ".html", ".css"}
_WITH_URL_PATHS = ("tests/", "sample_data/", "benchmarks/")  # there such a path is a page


def machine_traces(root: Path, files: list[Path]) -> Iterator[Fault]:
    """Absolute paths of a machine, registry hosts, and lock files that say where to download."""
    own = _own_paths(root)
    for path in files:
        if path.suffix not in _TEXT and path.suffix:
            continue
        try:
            text = (root / path).read_text(encoding="utf-8")
        except (UnicodeDecodeError, OSError):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            for what in _traces(path, line, own):
                yield Fault(str(path), number, what)


def _traces(path: Path, line: str, own: re.Pattern[str]) -> Iterator[str]:
    if own.search(line):
        yield "a path of this machine; make it relative, or take it from the configuration"
    elif _HOME.search(line) and not str(path).startswith(_WITH_URL_PATHS):
        yield "a path in somebody's home; make it relative, or take it from the configuration"
    if _HOSTS.search(line):
        yield "a package registry's host; which registry is used is the machine's to choose"
    if path.name.startswith("requirements") and _LOCK_SOURCE.search(line):
        yield "a lock file pins versions and hashes, not places; `make lock` writes it without"


def _own_paths(root: Path) -> re.Pattern[str]:
    """This checkout, the folder around it and the home directory, wherever those are."""
    places = {root, root.parent, Path.home()} - {Path("/"), Path("/home"), Path("/Users")}
    return re.compile("|".join(rf"(?<![\w.:/}}]){re.escape(str(p))}(?![\w-])" for p in places))


def tracked(root: Path) -> list[Path]:
    """What the repository holds or is about to hold, as paths relative to it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:  # an unpacked archive: no git here
        found = (p.relative_to(root) for p in root.rglob("*") if p.is_file())
        return sorted(p for p in found if not p.parts[0].startswith("."))
    names = [Path(name) for name in listed.stdout.split("\0") if name]
    return sorted(name for name in names if not (root / name).is_symlink())


def faults(root: Path) -> list[Fault]:
    """Everything wrong in a checkout, in the order of files and lines."""
    found = {*wrong_directions(root), *upstairs(root), *heavy_start(root)}
    found |= {*machine_traces(root, tracked(root))}
    return sorted(found)


def main() -> int:
    """Print the faults of this checkout; 1 if there are any."""
    found = faults(ROOT)
    for fault in found:
        print(fault, file=sys.stderr)
    print(f"imports: {len(_modules(ROOT))} modules, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
