"""Hits that are there twice: what is equal, which copy stays, and that the rest stays as it is."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.transforms.hits import a_hit as an_event
from tests.transforms.hits import events
from tests.transforms.test_separate import NOON, a_hit, a_site, a_wall, through

from weir.schemas.config import Cookies
from weir.schemas.event import EVENT
from weir.transforms.duplicates import (
    FINGERPRINT,
    copies,
    fingerprints,
    without,
    write_fingerprints,
)
from weir.transforms.parse import as_parsed, log_parser
from weir.transforms.write import read_bucket, write_events

LINE = '192.0.2.1 - - [22/Apr/2008:13:55:36 +0000] "GET /a HTTP/1.1" 200 12 "-" "Mozilla/5.0"\n'


def of_lines(*lines: str, source: str = "web", root: bytes = b"r" * 32) -> list[bytes]:
    rows = as_parsed(log_parser("combined").parse("".join(lines).encode()).rows)
    found = fingerprints(rows.sort_by("line"), source, root).to_pylist()
    assert len(found) == len(lines)
    return found  # type: ignore[no-any-return]


def test_equal_lines_have_one_fingerprint_in_whatever_block_they_stand() -> None:
    one, two, three = of_lines(LINE, LINE.replace("/a", "/b"), LINE)
    assert one == three != two
    assert of_lines(LINE) == [one]


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("192.0.2.1", "192.0.2.2"), ("13:55:36", "13:55:37"), ("GET", "HEAD"), ("/a", "/A"),
        (" 200 ", " 304 "), (" 12 ", " 13 "), ("Mozilla/5.0", "Mozilla/5.1"), ('"-"', '"x"'),
        ("- - [", "- ann ["),
    ],
)  # fmt: skip
def test_any_field_that_differs_makes_another_hit(was: str, becomes: str) -> None:
    assert len(set(of_lines(LINE, LINE.replace(was, becomes)))) == 2


def test_values_that_change_places_make_another_hit() -> None:
    a, b = of_lines(LINE.replace('"-"', '"u"'), LINE.replace("Mozilla/5.0", "u"))
    assert a != b


def test_another_source_or_key_has_other_fingerprints() -> None:
    assert of_lines(LINE) != of_lines(LINE, source="other") != of_lines(LINE, root=b"s" * 32)


def prints(*rows: dict[str, Any], **wall: Any) -> dict[int, bytes]:
    """Fingerprints by line."""
    table = through(*rows, wall=a_wall(fingerprints="web", **wall)).fingerprints
    assert table is not None
    return dict(zip(table["line"].to_pylist(), table[FINGERPRINT].to_pylist(), strict=True))


def test_a_hit_with_an_id_is_known_by_it_alone() -> None:
    found = prints(
        a_hit(line=0, event_id="e1"),
        a_hit(line=1, event_id="e1", address="192.0.2.9", target="/again"),
        a_hit(line=2, event_id="e2"),
        a_hit(line=3),
        a_hit(line=4),
    )
    assert found[0] == found[1]
    assert found[3] == found[4]
    assert len(set(found.values())) == 3


def test_two_requests_for_a_tag_that_differ_in_what_nobody_declares_are_two() -> None:
    """A browser's cache is got around by a random number."""
    site = a_site(tag_path="/t.gif")
    found = prints(
        a_hit(line=0, target="/t.gif?a=pv&z=1"),
        a_hit(line=1, target="/t.gif?a=pv&z=2"),
        a_hit(line=2, target="/t.gif?a=pv&z=1"),
        site=site,
    )
    assert found[0] == found[2] != found[1]


def test_nothing_is_marked_where_copies_count() -> None:
    assert through(a_hit()).fingerprints is None


def test_fingerprints_stand_in_the_order_of_the_events() -> None:
    site = a_site(cookies=Cookies(visitor="ID"))
    rows = [
        a_hit(line=n, cookies=f"ID=v{n % 7}", target=f"/{n}", seen_at=NOON.replace(minute=n))
        for n in range(40)
    ]
    found = through(*rows, wall=a_wall(site, fingerprints="web"))
    assert found.fingerprints is not None
    at = [moment.minute for moment in found.events["seen_at"].to_pylist()]
    assert found.fingerprints["line"].to_pylist() == at


def a_file(place: Path, *hits: tuple[int, int, str], buckets: int = 4) -> str:
    """A file of fingerprints: (line, bucket of the hit, what it is)."""
    groups = [
        pa.table(
            {
                FINGERPRINT: pa.array(
                    [what.encode().ljust(16, b"-") for _, b, what in hits if b == bucket],
                    pa.binary(16),
                ),
                "line": pa.array([line for line, b, _ in hits if b == bucket], pa.int64()),
            }
        )
        for bucket in range(buckets)
    ]
    return write_fingerprints(groups, place).path


def test_of_copies_the_one_of_the_lowest_file_and_line_stays(tmp_path: Path) -> None:
    first = a_file(tmp_path, (4, 0, "a"), (2, 1, "a"), (5, 1, "b"), (6, 3, "once"))
    second = a_file(tmp_path, (0, 0, "a"), (1, 2, "b"), (2, 2, "c"), (3, 2, "c"))
    found = copies([first, second], range(4)).to_pylist()
    assert sorted((c["file"], c["bucket"], c["row"]) for c in found) == [
        (0, 0, 0),  # line 4 of the first file: line 2 has it
        (1, 0, 0),
        (1, 2, 0),
        (1, 2, 2),
    ]


def test_shards_find_together_what_one_finds(tmp_path: Path) -> None:
    hits = [(n, n % 4, f"{n % 30:02}hit") for n in range(100)]
    files = [a_file(tmp_path, *hits[:60]), a_file(tmp_path, *hits[60:])]
    whole = copies(files, range(4))
    parts = pa.concat_tables(copies(files, [bucket]) for bucket in range(4))
    order = [(name, "ascending") for name in whole.column_names]
    assert whole.num_rows == 70
    assert parts.sort_by(order) == whole.sort_by(order)


def test_a_file_without_its_copies_keeps_all_other_rows(tmp_path: Path) -> None:
    hits = [an_event(f"12:{n:02}", basis="cookie" if n % 2 else "network") for n in range(10)]
    hits[3] |= {"bot": "crawler"}
    table = events(*hits)
    path = write_events([table.slice(0, 6), table.slice(6), *[table[:0]] * 2], EVENT, tmp_path).path
    gone = pa.table({"bucket": [0, 0, 1], "row": [0, 3, 1]})
    left = without(path, gone, 4)
    assert (left.gone, left.written.rows, left.bots) == (3, 7, 1)
    assert left.bases == {"network": 1, "cookie": 2}
    kept = [read_bucket(left.written.path, b)["seen_at"].to_pylist() for b in range(4)]
    assert [[m.minute for m in bucket] for bucket in kept] == [[1, 2, 4, 5], [6, 8, 9], [], []]
    assert read_bucket(path, 0).num_rows == 6  # another split may have written the same file
