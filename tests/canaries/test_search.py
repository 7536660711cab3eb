"""The scanner is blind to nothing that it is there to see."""

import base64
import gzip
import hashlib
import json
from urllib.parse import quote

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.canaries.search import SAMPLE, Canary, Found, Scanner, sample_canaries

EMAIL = "Clementine.Loxley@example.org"
ANN = Canary("ann", "email", EMAIL)
SCANNER = Scanner([ANN, Canary("who", "name", "Clementine Loxley"),
                   Canary("call", "phone", "+1-212-555-0143")])  # fmt: skip

IN_TEXT = {
    "plain": EMAIL,
    "other case": EMAIL.upper(),
    "percent": quote(EMAIL, safe=""),
    "percent twice": quote(quote(EMAIL, safe=""), safe=""),
    "every byte percent": "".join(f"%{byte:02X}" for byte in EMAIL.encode()),
    "hex": EMAIL.encode().hex(),
    "json escape": json.dumps(EMAIL).replace("@", "\\u0040"),
    "full width": EMAIL.replace("@", "\uff20"),
    "entity": EMAIL.replace("@", "&#64;"),
    **{f"base64 after {n} bytes": base64.b64encode(b"x" * n + EMAIL.encode() + b"y").decode()
       for n in range(4)},
    "base64url": base64.urlsafe_b64encode(b"??" + EMAIL.encode()).decode(),
    **{name: hashlib.new(name, EMAIL.encode()).hexdigest() for name in ("md5", "sha1", "sha256")},
    "md5 of lower case": hashlib.md5(EMAIL.lower().encode()).hexdigest(),
    "base64 of a hash": base64.b64encode(hashlib.sha256(EMAIL.encode()).digest()).decode(),
}  # fmt: skip


def ids(found: list[Found]) -> set[str]:
    return {hit.canary for hit in found}


@pytest.mark.parametrize("form", IN_TEXT.values(), ids=IN_TEXT.keys())
@pytest.mark.parametrize("before", range(8))
def test_a_canary_is_found_in_each_form_at_each_alignment(form, before):
    assert "ann" in ids(SCANNER.text("-" * before + form + " and more", "log"))


@pytest.mark.parametrize("text", ["", "short", "clementine went to loxley", "loxley@example.org"])
def test_what_is_no_canary_is_not_found(text):
    assert SCANNER.text(text, "log") == []


@pytest.mark.parametrize(
    "text",
    ["/~clementine-loxley/", "Loxley, Clementine", "q=clementine%20loxley", "ClementineLoxley"],
)
def test_a_name_is_found_however_it_is_joined(text):
    assert ids(SCANNER.text(text, "log")) == {"who"}


def test_a_phone_is_found_by_its_digits():
    assert ids(SCANNER.text("tel 12125550143", "log")) == {"call"}


def test_a_canary_across_two_pieces_is_found():
    from tests.canaries import search

    data = b"." * (search._PIECE - 5) + EMAIL.encode() + b"."
    assert "ann" in ids(SCANNER.scan(data, "big", "(bytes)"))


def a_table() -> pa.Table:
    return pa.table(
        {
            "page": pa.array(["/a", EMAIL, "/a"] * 500).dictionary_encode(),
            "deep": [[{"mail": EMAIL}]] * 1500,
            "raw": pa.array([EMAIL.encode()] * 1500, pa.binary()),
            "digits": pa.array([12125550143] * 1500),
        }
    )


@pytest.mark.parametrize("compression", ["zstd", "snappy", "none"])
def test_cells_of_parquet_are_read_whatever_packs_them(tmp_path, compression):
    pq.write_table(a_table(), tmp_path / "t.parquet", compression=compression, use_dictionary=True)
    found = SCANNER.directory(tmp_path)
    assert {(hit.canary, hit.column) for hit in found if hit.column != "(bytes)"} >= {
        ("ann", "page"), ("ann", "deep"), ("ann", "raw"), ("call", "digits"),
    }  # fmt: skip


def test_cells_comments_and_views_of_duckdb_are_read(tmp_path):
    with duckdb.connect(str(tmp_path / "weir.duckdb")) as con:
        con.execute("CREATE TABLE t AS SELECT ? AS page FROM range(5000)", [EMAIL])
        con.execute("CREATE VIEW v AS SELECT page AS seen FROM t")
        con.execute("COMMENT ON COLUMN t.page IS '+1-212-555-0143'")
    found = SCANNER.directory(tmp_path)
    assert {(hit.canary, hit.column) for hit in found} >= {
        ("ann", "t.page"), ("ann", "v.seen"), ("call", "duckdb_columns()"),
    }  # fmt: skip


def test_packed_files_and_names_of_files_are_read(tmp_path):
    (tmp_path / "report.html.gz").write_bytes(gzip.compress(EMAIL.encode() * 3))
    (tmp_path / "clementine-loxley.txt").write_text("nothing")
    found = {(hit.canary, hit.file) for hit in SCANNER.directory(tmp_path)}
    assert found >= {("ann", "report.html.gz"), ("who", "(names of files)")}


def test_what_is_found_tells_no_value():
    assert "loxley" not in str(SCANNER.text(EMAIL, "log")).lower()


def test_a_canary_that_chance_would_find_is_refused():
    with pytest.raises(ValueError, match="at least 8"):
        Scanner([Canary("x", "id", "short")])


def test_the_samples_own_files_are_full_of_its_canaries():
    scanner = Scanner(c for c in sample_canaries() if "#" not in c.id or c.kind == "cookie")
    planted = json.loads((SAMPLE / "canaries.json").read_text(encoding="utf-8"))
    found = scanner.directory(SAMPLE / "www")
    assert {c["id"] for c in planted if c["id"].startswith("www")} <= ids(found)
    assert sum(hit.startswith("cookie#") for hit in ids(found)) > 5000
