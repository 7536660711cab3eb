"""Tables of values: TSV and CSV, with odd lines in them."""

from pathlib import Path
from typing import Any

import pytest

from weir.schemas.errors import InputError
from weir.schemas.mapping import EventMapping
from weir.transforms.parse.records import Records, read_records
from weir.transforms.read import plan_splits, read_blocks


def a_mapping(**settings: Any) -> EventMapping:
    """Columns t (the time), a and b."""
    return EventMapping.model_validate(
        {"name": "x", "kind": "events", "layout": "tsv", "time": {"field": "t"}, "actions": {},
         "fields": {"visitor": "a", "product": "b"}} | settings
    )  # fmt: skip


def read(text: str | bytes, **settings: Any) -> Records:
    data = text if isinstance(text, bytes) else text.encode()
    return read_records(data, a_mapping(**settings))


def values(records: Records, name: str) -> list[str | None]:
    found: list[str | None] = records.columns[name].to_pylist()
    return found


def test_the_header_names_the_columns_in_any_order_and_others_are_not_read() -> None:
    records = read("b\tsecret\tt\ta\n1\tann@example.org\t2\t3\n")
    assert {name: values(records, name) for name in records.columns} == {
        "t": ["2"], "a": ["3"], "b": ["1"],
    }  # fmt: skip
    assert (records.lines.tolist(), dict(records.undeclared)) == ([1], {"secret": 1})


def test_a_column_that_a_file_lacks_is_null() -> None:
    assert values(read("t\ta\n1\t2\n"), "b") == [None]


def test_columns_that_the_mapping_names_need_no_header_and_one_is_filtered() -> None:
    named = {"columns": ["t", "a", "b"]}
    assert values(read("1\t2\t3\n", **named), "a") == ["2"]
    with_header = read("t\ta\tb\n1\t2\t3\n", **named)
    assert values(with_header, "a") == ["2"]
    assert (dict(with_header.filtered), with_header.lines.tolist()) == ({"header": 1}, [1])


def test_a_header_without_the_time_is_refused_and_no_value_told() -> None:
    with pytest.raises(InputError, match="names no column 't'") as fault:
        read("ann@example.org\tx\n")
    assert "ann" not in str(fault.value)


def test_a_column_that_is_named_twice_is_refused() -> None:
    with pytest.raises(InputError, match="'a' is named twice"):
        read("t\ta\ta\n1\t2\t3\n")


def test_quotes_in_a_tsv_are_characters() -> None:
    records = read('t\ta\tb\n1\t"x\ty"\n2\tz\t"\n')
    assert values(records, "a") == ['"x', "z"]


def test_escaped_tabs_and_line_ends_are_in_the_value() -> None:
    records = read("t\ta\tb\n1\tx\\\ty\\\\\tz\n2\tx\\\ny\tz\n3\tx\ty\nshort\n", escape="\\")
    assert values(records, "a") == ["x\ty\\", "x\ny", "x"]
    assert records.lines.tolist() == [1, 2, 4]
    assert records.refused == [(5, "wrong_columns", b"short")]
    assert records.raw(2) == b"2\tx\\\ny\tz"


def test_a_quoted_line_end_is_in_the_value_and_lines_are_still_the_files() -> None:
    records = read('t,a,b\n1,"x\ny, ""z""",2\n2,,\n', layout="csv")
    assert values(records, "a") == ['x\ny, "z"', None]
    assert records.lines.tolist() == [1, 3]
    assert records.raw(1) == b'1,"x\ny, ""z""",2'


def test_a_quote_that_is_never_closed_costs_its_line_only() -> None:
    records = read('t,a,b\n1,x,\n2,"y,\n3,z,\n', layout="csv")
    assert values(records, "a") == ["x", "z"]
    assert [(line, reason) for line, reason, _ in records.refused] == [(2, "wrong_columns")]


def test_odd_lines_have_their_reasons() -> None:
    records = read(b"t\ta\tb\n1\t2\n\xff\t\t\n\0\t\t\n4\t5\t6\t7\n5\tx\ry\t6\r\n")
    assert sorted((line, reason) for line, reason, _ in records.refused) == [
        (1, "wrong_columns"), (2, "not_utf8"), (3, "nul_byte"), (4, "wrong_columns"),
    ]  # fmt: skip
    assert (values(records, "a"), records.lines.tolist()) == (["x y"], [5])


@pytest.mark.parametrize("text", ["", "t\ta\tb\n", "t\ta\tb", "\ufefft\ta\tb\n"])
def test_a_file_without_records_has_none(text: str) -> None:
    records = read(text)
    assert (values(records, "a"), records.refused, records.lines.tolist()) == ([], [], [])


def test_json_in_a_column_is_read_by_path() -> None:
    records = read(
        't\ta\tb\n1\t{"x":{"y":"z"}}\t\n2\t{"x"\t\n3\t\t\n', fields={"visitor": "a{}.x.y"}
    )
    assert values(records, "a{}.x.y") == ["z", None, None]


def test_blocks_of_a_file_with_a_header_are_read_alike(tmp_path: Path) -> None:
    rows = [f'{n},"x\ny{n}",{"z" * 40}\n' if n % 7 == 0 else f"{n},x{n},z\n" for n in range(9000)]
    (tmp_path / "f.csv").write_text("t,a,b\n" + "".join(rows))
    size = (tmp_path / "f.csv").stat().st_size
    (split,) = plan_splits("s", str(tmp_path / "f.csv"), size, 1 << 10, header=True)
    times: list[str] = []
    lines: list[int] = []
    blocks = list(read_blocks(split, 1 << 16))
    for block in blocks:
        records = read_records(block.data, a_mapping(layout="csv"))
        assert records.refused == []
        times += records.columns["t"].to_pylist()
        lines += (records.lines + block.first_line).tolist()
    assert len(blocks) > 2 and times == [str(n) for n in range(9000)]
    file = (tmp_path / "f.csv").read_text().split("\n")
    assert all(file[line].startswith(f"{time},") for time, line in zip(times, lines, strict=True))
