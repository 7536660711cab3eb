"""What lies in a release beside its tables, for people and programs that never saw Weir.

`README.md` for whoever opens the directory, `dictionary.json` (what each column means),
`datapackage.json` (Data Package 1, datapackage.org, for tools that load tables by it) and
`manifest.schema.json` (JSON Schema of the manifest). All of it is made from the manifest, so the
same release has the same bytes; no value of a row is in any of it.
"""

from importlib.resources import files
from pathlib import Path
from typing import Any

from weir.pipelines.report.numbers import over_several_days
from weir.pipelines.store import digest_of_file
from weir.schemas.manifests import canonical_json
from weir.schemas.release import ColumnNote, Release, ReleaseTable

README, DICTIONARY, PACKAGE, SCHEMA = (
    "README.md", "dictionary.json", "datapackage.json", "manifest.schema.json",
)  # fmt: skip
_TYPES = {
    "string": "string", "int64": "integer", "double": "number", "date32[day]": "date",
    "bool": "boolean",
}  # fmt: skip


def enclose(draft: Path, release: Release) -> None:
    """Write the four files into a release whose tables lie there."""
    (draft / DICTIONARY).write_text(dictionary(release), encoding="utf-8")
    (draft / PACKAGE).write_text(data_package(release, draft), encoding="utf-8")
    (draft / README).write_text(read_me(release), encoding="utf-8")
    (draft / SCHEMA).write_bytes(manifest_schema())


def manifest_schema() -> bytes:
    """The published JSON Schema of a release's manifest."""
    return (files("weir.schemas") / "release.schema.json").read_bytes()


def dictionary(release: Release) -> str:
    """The data dictionary: for each table its columns with class, unit and definition."""
    return canonical_json(
        {
            table.table: {
                "about": table.about,
                "file": table.file,
                "csv": table.csv,
                "counts": table.unit,
                "empty": _empty(table),
                "columns": [column.model_dump(mode="json") for column in table.columns],
            }
            for table in release.tables
        }
    )


def _empty(table: ReleaseTable) -> str:
    """What it means where a row has no number."""
    if all(rule.mode == "dp" for rule in table.rules):
        return "no row lacks a number"
    return f"withheld, or 0{', on a day of it' if over_several_days([table]) else ''}"


def data_package(release: Release, draft: Path) -> str:
    """The descriptor: each table as CSV with its fields, and as Parquet, which has them itself;
    size and hash of both."""
    return canonical_json(
        {
            "profile": "data-package",
            "title": f"Statistics of {', '.join(release.sites)} for {release.recipient}",
            "version": release.release,
            "resources": [
                resource
                for table in release.tables
                for resource in (_cells(table, draft), _parquet(table, draft))
            ],
        }
    )


def _cells(table: ReleaseTable, draft: Path) -> dict[str, Any]:
    fields = [_field(column) for column in table.columns]
    return _resource(table, draft / table.csv) | {
        "name": table.table,
        "profile": "tabular-data-resource",
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": fields, "missingValues": [""]},
    }


def _parquet(table: ReleaseTable, draft: Path) -> dict[str, Any]:
    return _resource(table, draft / table.file) | {
        "name": table.file,  # a hyphen would make it look like somebody's name to an audit
        "type": "file",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
    }


def _resource(table: ReleaseTable, place: Path) -> dict[str, Any]:
    return {
        "path": place.name,
        "description": table.about,
        "bytes": place.stat().st_size,
        "hash": f"sha256:{digest_of_file(place)}",
    }


def _field(column: ColumnNote) -> dict[str, Any]:
    unit = {"unit": column.unit} if column.unit else {}
    return unit | {
        "name": column.name,
        "type": _TYPES[column.type],
        "description": column.about,
        "class": column.data_class,
    }


def read_me(release: Release) -> str:
    """The page for whoever opens the directory."""
    from jinja2 import Environment, StrictUndefined

    text = (files("weir.pipelines") / "report" / "readme.md.j2").read_text("utf-8")
    page = Environment(
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, undefined=StrictUndefined
    )  # no escaping: names of sites and recipients have a fixed alphabet, and nothing else comes in
    return page.from_string(text).render(
        release=release,
        rules=[r for table in release.tables for r in table.rules if r.mode == "threshold"],
        noisy=[table.table for table in release.tables if table.noise],
        example=release.tables[0] if release.tables else None,
        sums=over_several_days(release.tables),
    )
