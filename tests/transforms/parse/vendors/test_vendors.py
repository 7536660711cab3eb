"""Each vendor's mapping against a file as the vendor writes it, odd records among them.

`NAME.jsonl`, `.tsv` or `.csv` is the file, `NAME.yaml` what must come of it: rows (their columns
that say something), rejects and filtered lines. To write the second for a new vendor:
`python -m tests.transforms.parse.vendors.test_vendors NAME`, and read what it says.
"""

import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from weir.schemas.mapping import EventMapping, load_mapping
from weir.transforms.parse import EventParser, Parsed

HERE = Path(__file__).parent
SHIPPED = sorted(
    path.name.removesuffix(".yaml")
    for path in (files("weir.schemas") / "vendors").iterdir()
    if yaml.safe_load(path.read_text())["kind"] == "events"
)


def mapping_of(name: str) -> EventMapping:
    return load_mapping(name, "events", Path())


def file_of(name: str) -> bytes:
    endings = {"json": "jsonl", "tsv": "tsv", "csv": "csv"}
    return (HERE / f"{name}.{endings[mapping_of(name).layout]}").read_bytes()


def told(parsed: Parsed) -> dict[str, Any]:
    """What came of a file, as the YAML has it."""
    return {
        "lines": parsed.lines,
        "rows": [
            {key: value if isinstance(value, int | bool) else str(value)
             for key, value in row.items() if value is not None}
            for row in parsed.rows.to_pylist()
        ],
        "rejects": [[row["line"], row["reason"]] for row in parsed.rejects.to_pylist()],
        "filtered": dict(parsed.filtered),
    }  # fmt: skip


@pytest.mark.parametrize("name", SHIPPED)
def test_a_vendors_file_is_read_as_it_says(name: str) -> None:
    assert told(EventParser(mapping_of(name)).parse(file_of(name))) == yaml.safe_load(
        (HERE / f"{name}.yaml").read_text()
    )


@pytest.mark.parametrize("name", SHIPPED)
def test_lines_are_rows_rejects_and_filtered(name: str) -> None:
    parsed = EventParser(mapping_of(name)).parse(file_of(name))
    assert parsed.lines == parsed.rows.num_rows + parsed.rejects.num_rows + parsed.filtered.total()
    assert parsed.rows.num_rows > 0 and parsed.rejects.num_rows > 0


@pytest.mark.parametrize("name", SHIPPED)
def test_the_sample_in_a_mapping_is_one_of_its_records(name: str) -> None:
    mapping = mapping_of(name)
    joined = "".join(line.strip() for line in mapping.sample.splitlines())
    text = joined if mapping.layout == "json" else mapping.sample
    parsed = EventParser(mapping).parse(text.encode())
    assert parsed.rows.num_rows == parsed.lines > 0
    assert parsed.rows["action"].to_pylist() != ["other"] * parsed.rows.num_rows


@pytest.mark.parametrize("name", SHIPPED)
def test_no_click_id_is_read(name: str) -> None:
    assert not {"gclid", "fbclid", "fbc", "mkt_clickid"} & {
        path.rsplit(".")[-1] for path in mapping_of(name).read
    }


def main(name: str) -> None:
    """Write what comes of a vendor's file beside it."""
    text = yaml.safe_dump(told(EventParser(mapping_of(name)).parse(file_of(name))), width=100)
    (HERE / f"{name}.yaml").write_text(text)


if __name__ == "__main__":
    main(sys.argv[1])
