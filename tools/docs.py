"""The generated reference: the pages of docs/reference that BUILT names.

Run by `make docs`.

Each page is written from the thing it describes: the commands' own help, the tables' YAML, the
schemas; so is schemas/release.schema.json. `--check` writes nothing and exits 1 when a page is out
of date, or when a document names a test or a file that is not there (`make check` runs it).
"""

import ast
import importlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml
from described import missing, unnamed
from pydantic import BaseModel

ROOT = Path(__file__).resolve().parent.parent
PAGES = Path("docs", "reference")
WIDTH = 92
GENERATED = "<!-- Written by `make docs`. Change what it describes, not this page. -->\n"


def commands() -> str | None:
    """Every command's `--help`, as a terminal of fixed width shows it."""
    if not (ROOT / "pipelines" / "cli.py").exists():
        return None
    # Typer reads it when imported. It is taken back: a test that asks for this page is not alone.
    with patch.dict(os.environ, {"TERMINAL_WIDTH": str(WIDTH)}):
        from typer.main import get_command

        command = get_command(importlib.import_module("weir.pipelines.cli").app)
    parts = [
        "# Commands\n",
        "Exit codes: 0 done; 1 failed; 2 wrong use, configuration or input; 3 the wall refused.\n",
    ]
    for words in _walk(command, ("weir",)):
        parts.append(f"## {' '.join(words)}\n\n```text\n{_help(words[1:])}\n```\n")
    return "\n".join(parts)


def _walk(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield words
    for name, child in getattr(command, "commands", {}).items():
        if not child.hidden:
            yield from _walk(child, (*words, name))


def _help(words: tuple[str, ...]) -> str:
    from typer.testing import CliRunner

    app = importlib.import_module("weir.pipelines.cli").app
    environment = {"COLUMNS": str(WIDTH), "NO_COLOR": "1", "TERM": "dumb"}
    result = CliRunner().invoke(app, [*words, "--help"], env=environment, prog_name="weir")
    if result.exit_code:
        raise RuntimeError(f"weir {' '.join(words)} --help: exit code {result.exit_code}")
    lines = (line.rstrip() for line in result.output.splitlines())
    return "\n".join(lines).strip("\n")


def tables() -> str | None:
    """Every table: what it is about, its dimensions and measures, its grain."""
    files = sorted((ROOT / "schemas" / "tables").glob("*.yaml"))
    if not files:
        return None
    parts = [
        "# Tables\n",
        "Each is a view in `weir.duckdb`. An open dimension takes its values from the data, so\n"
        "the disclosure rule may fold rare ones into `(other)`; the others have a fixed list.\n"
        "One of a crowd does so inside, too, where fewer than the policy's\n"
        "`people_per_combination` visitors of the date have a value.\n",
    ]
    return "\n".join(parts + [_table(yaml.safe_load(f.read_text("utf-8"))) for f in files])


def _table(table: dict[str, Any]) -> str:
    about = _sentence(table.get("about", ""))
    rows = [f"| `{name}` | key | | a row for each |" for name in table.get("grain", ())]
    for name, facts in (table.get("dimensions") or {}).items():
        facts = facts or {}
        kind = "open dimension" if facts.get("open") else "dimension"
        kind += " of a crowd" if facts.get("crowd") else ""
        rows.append(f"| `{name}` | {kind} | | {_sentence(facts.get('about', ''))} |")
    for name, facts in (table.get("measures") or {}).items():
        kind = "measure, internal only" if facts.get("inside") else "measure"
        about_it = _sentence(facts.get("about", ""))
        rows.append(f"| `{name}` | {kind} | {facts.get('unit', '')} | {about_it} |")
    source, inside = table.get("from", ""), table.get("inside", False)
    mixed = table.get("tells_of") == "customers" and "customer" not in table.get("dimensions", {})
    whose = " Not for recipients with `customers`: its rows do not say whose they are."
    return "\n".join(
        [f"## {table['name']}\n", about, "",
         f"Counted over `{source}`." + (" For analysts only, in no edition." * inside)
         + whose * (mixed and not inside), "",
         "| column | kind | unit | meaning |", "|---|---|---|---|", *rows, ""]
    )  # fmt: skip


def columns() -> str | None:
    """Every column of every schema of the store, with its data class."""
    parts = [
        "# Columns\n",
        "What lies in the store, and on which side of the wall. A column's class travels in the\n"
        "Parquet field metadata (key `class`); a column without one counts as `pii`.\n",
    ]
    path = ROOT / "schemas" / "event.py"
    module = importlib.import_module("weir.schemas.event")
    for name, about in _documented(path):
        value = getattr(module, name)
        if hasattr(value, "field"):  # an Arrow schema
            parts.append(_schema(name, about, value))
        elif isinstance(value, tuple):  # the closed list of a column's values
            listed = ", ".join(f"`{word}`" for word in value)
            parts.append(f"## {name}\n\n{listed}\n")
    return "\n".join(parts)


def _documented(path: Path) -> Iterator[tuple[str, str]]:
    """Names assigned at the top of a module, each with the docstring below it."""
    body = ast.parse(path.read_text("utf-8")).body
    for node, after in zip(body, [*body[1:], ast.Pass()], strict=True):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            said = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            yield node.targets[0].id, str(after.value.value) if said else ""  # type: ignore[attr-defined]


def _schema(name: str, about: str, schema: Any) -> str:
    rows = []
    for field in schema:
        facts = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
        null = "yes" if field.nullable else "no"
        class_, meaning = facts.get("class", "pii"), _sentence(facts.get("about", ""))
        rows.append(f"| `{field.name}` | `{field.type}` | {class_} | {null} | {meaning} |")
    head = ["| column | type | class | null | meaning |", "|---|---|---|---|---|"]
    return "\n".join([f"## {name.lower()}\n", about.strip(), "", *head, *rows, ""])


def sources() -> str | None:
    """Every format and vendor: a real line, what is read of it, what is dropped and why."""
    schemas = ROOT / "schemas"
    formats = importlib.import_module("weir.schemas.formats").formats()
    mapping = importlib.import_module("weir.schemas.mapping")
    vendors = sorted((schemas / "vendors").glob("*.yaml"))
    read = [yaml.safe_load(path.read_text("utf-8")) for path in vendors]
    mappings = [mapping.load_mapping(one["name"], one["kind"], ROOT) for one in read]
    parts = [
        "# Sources\n",
        "What Weir reads, each from a file in `schemas/formats` or `schemas/vendors`. What is not\n"
        "named under *read* does not come in.\n",
        "## Log formats\n",
        *(_source(one) for one in formats.values()),
        "## Mappings\n",
        *(_source(one) for one in mappings),
    ]
    return "\n".join(parts)


def _source(one: Any) -> str:
    read = [f"| `{_sentence(theirs)}` | {ours} |" for theirs, ours in _read_as(one)]
    dropped = [f"- `{name}`: {_sentence(why)}" for name, why in one.dropped.items()]
    kind = getattr(one, "kind", "")
    return "\n".join(
        [f"### {one.name}\n", one.about + (f" ({kind})" if kind else ""), "", "```text",
         one.sample.rstrip(), "```", "", "| theirs | read as |", "|---|---|", *read, "",
         *(["Dropped:", "", *dropped, ""] if dropped else [])]
    )  # fmt: skip


_DESCRIBES = ("name", "about", "sample", "dropped", "kind")
_HOW = ("null_values", "decode", "only", "prefix")  # to read JSON lines


def _read_as(one: Any) -> Iterator[tuple[str, str]]:
    """(theirs, ours) of all that is read. A format string's fields are told by its parser."""
    if text := getattr(one, "log_format", ""):
        told = importlib.import_module("weir.transforms.parse.directives").told(text)
        yield from told
    elif patterns := getattr(one, "pattern", ()):
        told = importlib.import_module("weir.transforms.parse.pattern").told
        yield from dict(pair for text in patterns for pair in told(text)).items()
    elif header := getattr(one, "header", None):
        for stamp in header.time:
            yield " ".join(stamp.fields), "time " + " ".join(stamp.formats)
        yield from ((_said(theirs), ours) for ours, theirs in header.fields.items())
    else:
        fields = {k: v for k, v in one if k not in _DESCRIBES and v}
        yield from ((_said(value), name) for name, value in _flat(fields))


def _flat(fields: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in fields.items():
        if name in _OF_WIRES:
            yield from _OF_WIRES[name](value)
            continue
        value = dict(value) if isinstance(value, BaseModel) else value
        bare = name in ("fields", "json_layout")
        if name in _OF_EVENTS:
            yield from _told(name, value)
        elif isinstance(value, dict) and name not in _HOW:
            yield from _flat(value, "" if bare else f"{name}: ")
        elif value not in (None, "", (), []) and name not in _HOW:
            yield before + name, value


_OF_EVENTS = ("actions", "outcomes", "skip", "keep", "refuses", "pii", "columns")


def _rules(rules: Any) -> Iterator[tuple[str, str]]:
    for rule in rules:
        if not hasattr(rule, "when"):
            yield "action", str(rule).replace(": ", " means ")
            continue
        tests = [f"{path} = {_said(values)}" for path, values in rule.when.items()]
        tests += [f"{_said(values)} in {path}" for path, values in rule.has.items()]
        yield ", ".join(filter(None, ("action " + rule.action, rule.outcome))), " and ".join(tests)


def _yes(name: str) -> Callable[[Any], Iterator[tuple[str, str]]]:
    return lambda value: iter([(name, "yes")])


_OF_WIRES: dict[str, Callable[[Any], Iterator[tuple[str, str]]]] = {
    "recognised": lambda signs: iter([("recognised by", str(signs))] if str(signs) else []),
    "rules": _rules,
    "same": lambda groups: iter([("event_id", " and ".join(map(_said, groups)))]),
    "strict": _yes("strict"),
    "page_is_referrer": _yes("page_is_referrer"),
}
"""What a wire says beside its fields, as (read as, theirs)."""


def _told(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """What a mapping makes of a vendor's words: (read as, theirs)."""
    if name == "columns":
        yield "columns", f"{value[0]}, …, {value[-1]} ({len(value)})"
    elif name in ("actions", "outcomes"):
        for ours in dict.fromkeys(value.values()):
            yield f"{name[:-1]} {ours}", [theirs for theirs, said in value.items() if said == ours]
    else:
        meant = {"skip": "left out", "keep": "left out unless", "refuses": "opts out"}
        for ours, theirs in value.items():
            told = f"{ours} = {_said(theirs)}" if name in meant else theirs
            alone = ", for the proof alone" if isinstance(theirs, tuple) else ""
            yield meant.get(name, ours + alone), told


def _said(value: Any) -> str:
    return " or ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _sentence(text: str) -> str:
    """One line that a Markdown table can hold."""
    return " ".join(str(text).split()).replace("|", "\\|")


def enrichment() -> str | None:
    """Classes of robots, kinds of referrers, devices, and the closed vocabularies of people."""
    raw, places = (
        yaml.safe_load((ROOT / "schemas" / f"{name}.yaml").read_text("utf-8"))
        for name in ("technology", "referrers")
    )
    words = importlib.import_module("weir.schemas.demographics")
    robots = {n: facts["about"] for n, facts in raw["bots"].items()} | raw["others"]
    kinds = {n: facts["about"] for n, facts in places["kinds"].items()} | places["others"]
    hosts = {n: len(facts["hosts"].split()) for n, facts in places["kinds"].items()}
    codes = {"country": words.COUNTRIES, "language": words.LANGUAGES}
    lists = {
        "device": (*raw["devices"], "desktop", "bot", "other"),
        "browser": (*raw["browsers"], "Other"),
        "system": (*raw["systems"], "Other"),
        "age_band": words.AGE_BANDS,
        "gender": words.GENDERS,
        "profession": words.PROFESSIONS,
        **{n: (*sorted(c), words.REFUSED, words.UNKNOWN) for n, c in codes.items()},
    }
    about = (ROOT / "tools" / "enrichment.md").read_text("utf-8").split("<!-- -->\n")
    counted = {n: f"{text} ({hosts[n]} hosts)" if n in hosts else text for n, text in kinds.items()}
    vocabularies = (
        f"- **{n}**: {', '.join(f'`{v}`' for v in values)}" for n, values in lists.items()
    )
    parts = (_listing("class", robots), _listing("kind", counted), "\n".join(vocabularies) + "\n")
    return "\n".join(piece for pair in zip(about, parts, strict=False) for piece in pair)


def _listing(name: str, rows: dict[str, str]) -> str:
    head = f"| {name} | what it is |\n|---|---|\n"
    return head + "".join(f"| `{key}` | {_sentence(text)} |\n" for key, text in rows.items())


def recognizers() -> str:
    """Every kind of value with class and treatment, and what finds it."""
    facts = importlib.import_module("weir.schemas.detect")
    kinds = importlib.import_module("weir.schemas.entities").entities()
    keys, patterns = facts.keys().entities, facts.patterns()
    rows = [
        f"| `{{{name}}}` | {one.data_class} | {one.treatment} | {_sentence(one.about)} |"
        for name, one in kinds.items()
    ]
    found = [
        f"| `{one.name}` | `{one.entity}` | {pattern} | {score:g} | {', '.join(one.context)} |"
        for one in patterns
        for pattern, score, _ in one.patterns
    ]
    named = {kind: sorted(name for name in keys if keys[name] == kind) for kind in kinds}
    fields = (f"- `{kind}`: " + ", ".join(f"`{n}`" for n in named[kind]) for kind in kinds)
    about = (ROOT / "tools" / "recognizers.md").read_text("utf-8").split("<!-- -->\n")
    parts = ("\n".join(rows) + "\n", "\n".join(found) + "\n", "\n".join(fields) + "\n")
    return "".join(piece for pair in zip(about, parts, strict=False) for piece in pair)


BUILT: dict[str, tuple[Callable[[], str | None], str]] = {
    "commands.md": (commands, "pipelines/cli.py"),
    "tables.md": (tables, "schemas/tables/*.yaml"),
    "columns.md": (columns, "schemas/event.py"),
    "sources.md": (sources, "schemas/formats/*.yaml"),
    "enrichment.md": (enrichment, "tools/enrichment.md"),
    "recognizers.md": (recognizers, "schemas/recognizers/entities.yaml"),
}


PUBLISHED = Path("schemas", "release.schema.json")
"""The JSON Schema of a release's manifest: no page, it lies in the wheel and in every release."""


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check say which are out of date."""
    check = arguments == ["--check"]
    if arguments and not check:
        print("usage: docs.py [--check]", file=sys.stderr)
        return 2
    stale = 0
    for fault in (*unnamed(), *missing()):
        print(fault, file=sys.stderr)
        stale += 1
    for name, (build, source) in BUILT.items():
        page, path = build(), PAGES / name
        if page is None:
            if (ROOT / path).exists():
                print(f"{path}: its source {source} is gone; delete the page", file=sys.stderr)
                stale += 1
            else:
                print(f"docs: {path} skipped: there is no {source} yet")
            continue
        stale += _check(path, GENERATED + page) if check else _write(path, GENERATED + page)
    published = importlib.import_module("weir.schemas.release").release_schema()
    stale += _check(PUBLISHED, published) if check else _write(PUBLISHED, published)
    return 1 if stale else 0


def _check(path: Path, text: str) -> int:
    present = (ROOT / path).read_text("utf-8") if (ROOT / path).exists() else ""
    if present == text:
        return 0
    print(f"{path}: out of date; run `make docs` and commit it", file=sys.stderr)
    return 1


def _write(path: Path, text: str) -> int:
    (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
    (ROOT / path).write_text(text, encoding="utf-8")
    print(f"docs: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
