"""Tables and JSON: which columns there are, which names may be told, and what reads them."""

import json

import pyarrow as pa
import pytest

from weir.schemas.fields import fields
from weir.transforms.classify.decide import by_itself, propose
from weir.transforms.classify.tables import (
    delimiter_of,
    path_of,
    read_json_lines,
    read_parquet,
    read_table,
)
from weir.transforms.classify.vendors import shipped_mapping

PEOPLE = [f"Carla,Garcia,carla{n}@example.org,{n}" for n in range(30)]


def table(*lines, delimiter=","):
    return read_table("\n".join(lines).encode() + b"\n", delimiter)


def names(read):
    return [one.name for one in read.fields]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_what_makes_columns(mark):
    assert delimiter_of([mark.join(["name", "price, net", "city"])] * 5) == mark


def test_text_is_no_table():
    assert delimiter_of(["It was a dark night.", "Nothing, else, was.", "So be it."]) == ""


def test_a_header_names_the_columns():
    read = table("first_name,last_name,email,Age", *PEOPLE)
    assert (names(read), read.records) == (["first_name", "last_name", "email", "Age"], 30)


@pytest.mark.parametrize(
    "lines",
    [
        PEOPLE,
        [f"{first},{last}" for first in ("Carla", "Greta") for last in ("Garcia", "Novak")] * 9,
        ["Zorvith,Blenka,Mirrow", "Zorvith,Kolm,Ast", "Hurn,Blenka,Ast"] * 9,
        ["198.51.100.7,page,x", "198.51.100.8,click,y"] * 9,
        ["Okonkwo,Kyoto,Nephrology", "Vandersloot,Porto,Dermatology", "Ibarra,Graz,Cardiology"],
        ["Okonkwo,n/a,Kyoto", *(f"Ibarra{n},{n},Graz{n}" for n in range(9))],
    ],
)
def test_a_first_line_of_values_is_no_header_and_is_not_told(lines):
    read = table(*lines)
    assert not read.header
    assert set(names(read)) <= {f"column{n}" for n in range(1, 5)}
    assert read.records == len(lines)


@pytest.mark.parametrize(
    "lines",
    [
        ["book,sold", *(f"Emma,{n}" for n in range(9))],  # no number stands above numbers
        ["surname,town,ward", "Okonkwo,Kyoto,Nephrology", "Ibarra,Graz,Cardiology", "Lund,Oslo,X"],
        ["age,plan", "a,b"],
        ["userId,plan,shelf,row", "a,b,c,d"],
    ],
)
def test_a_first_line_that_is_unlike_what_follows_is_a_header(lines):
    read = table(*lines)
    assert (read.header, names(read)) == (True, lines[0].split(","))


def test_a_name_that_is_personal_is_hidden_among_others():
    read = table("user_id,joe@example.org,plan,a,b,c", *(f"u{n},1,gold,,," for n in range(9)))
    assert names(read) == ["user_id", "{email}", "plan", "a", "b", "c"]
    assert [one.hidden for one in read.fields][:3] == [False, True, False]


def test_a_column_named_twice_cannot_be_mapped():
    read = table("user_id,plan,plan", *(f"u{n},free,gold" for n in range(9)))
    assert [one.path for one in read.fields] == ["user_id", "", ""]


def test_quoted_line_ends_torn_lines_and_other_bytes_are_lived_with():
    text = b'\xef\xbb\xbfname,note\r\n"a","two\r\nlines"\r\nb\r\n"c","\xff"\r\n"d","x"\r\n'
    read = read_table(text, ",")
    assert (names(read), read.records, read.bad) == (["name", "note"], 2, 2)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("page url", "page url"),
        ("a.b", '"a.b"'),
        ("tags[0]", '"tags[0]"'),
        ("a + b", ""),
        ('a"b', ""),
    ],
)
def test_a_name_is_a_path_or_quoted_or_none(name, path):
    assert path_of(name) == path


def lines_of(*objects):
    return "".join(json.dumps(one) + "\n" for one in objects).encode()


def test_properties_are_found_in_their_depth():
    read = read_json_lines(lines_of({"a": {"b": 1, "c.d": "x"}, "e": None}, {"e": [1], "f": "y"}))
    assert {one.name: (one.path, one.evidence.filled) for one in read.fields} == {
        "a.b": ("a.b", 1), "a.c.d": ('a."c.d"', 1), "e": ("e", 1), "f": ("f", 1),
    }  # fmt: skip


def test_lists_maps_and_bytes_are_filled_and_not_looked_into():
    rows = [{"tags": ["x"], "raw": b"\xff", "seen": [("k", 1)], "none": None}, {"tags": None}]
    kinds = {"tags": pa.list_(pa.string()), "raw": pa.binary(), "none": pa.string(),
             "seen": pa.map_(pa.string(), pa.int64())}  # fmt: skip
    parquet = read_parquet(pa.Table.from_pylist(rows, pa.schema(kinds)))
    of_json = read_json_lines(
        lines_of({"tags": ["x"], "a": {"b": [1]}, "type": [1]}, {"tags": None}, {"none": None})
    )
    told = {one.name: (one.evidence.filled, by_itself(one).why) for one in parquet.fields}
    unread, none = (1, "a list (or bytes): not looked into"), (0, "no value in the sample")
    assert told == {"tags": unread, "raw": unread, "seen": unread, "none": none}
    told = {one.name: (one.evidence.filled, by_itself(one).why) for one in of_json.fields}
    assert told == {"tags": unread, "a.b": unread, "type": unread, "none": none}
    assert {one.maps_to for one in propose(of_json.fields, fields().events)} == {""}


def test_keys_that_are_data_are_one_field_without_a_name():
    read = read_json_lines(
        lines_of(*({"seen": {f"joe{n}@example.org": 1, f"k{n}": 1}} for n in range(90)))
    )
    assert [(one.name, one.hidden) for one in read.fields] == [("seen.{…}", True)]
    read = read_json_lines(lines_of({"seen": {"joe@example.org": 1}, "Carla": 2}))
    assert {one.name for one in read.fields} == {"seen.{email}", "{…}"}


def test_a_map_by_persons_is_one_field_and_says_so():
    people = ("447700900783", "jane.doe@example.org", "moira", "bsmith", "k1234", "quorgen")
    read = read_json_lines(
        lines_of({"jane.doe@example.org": 1, "users": {key: {"plan": "gold"} for key in people}})
    )
    assert {one.name: (one.names, one.evidence.filled) for one in read.fields} == {
        "{email}": (1, 1), "users.{…}": (6, 1),
    }  # fmt: skip
    (one,) = (by_itself(one) for one in read.fields if one.names > 1)
    assert one.why == "a map: 6 names that could be personal; not looked into"


def test_a_map_of_alike_things_tells_ordinary_words_alone():
    alike = {"moira": {"n": 1}, "quorgen": {"n": 2}, "clicks": {"n": 3}}
    read = read_json_lines(lines_of({"by_key": alike}))
    assert {one.name for one in read.fields} == {"by_key.{…}", "by_key.clicks.n"}


def test_one_personal_name_hides_none_that_most_objects_have():
    often = [{"qty": n, "sku": "x"} for n in range(30)]
    read = read_json_lines(lines_of(*often, {"qty": 1, "sku": "y", "joe@example.org": 1}))
    assert {one.name for one in read.fields} == {"qty", "sku", "{…}"}


def test_a_key_that_few_objects_have_is_not_told():
    often = [{"plan": "gold", "scores": {}} for _ in range(200)]
    once = [{"scores": {f"okonkwo{n}": 1}} for n in range(11)]
    read = read_json_lines(lines_of(*often, *once))
    assert {one.name for one in read.fields} == {"plan", "scores.{…}"}
    some = [{"scores": {f"okonkwo{n % 11}": 1}} for n in range(200)]
    assert [one.path for one in read_json_lines(lines_of(*some)).fields] == [""]


def test_a_rare_key_that_is_a_usual_name_is_told():
    read = read_json_lines(lines_of(*({"plan": 1} for _ in range(99)), {"user_agent": "x", "x": 1}))
    assert {one.name for one in read.fields} == {"plan", "user_agent", "{…}"}


def test_half_of_a_surrogate_pair_is_no_name():
    read = read_json_lines(b'{"\\ud800": 1, "a": 2}\n')
    assert {one.name for one in read.fields} == {"{\u2026}", "a"}


def test_each_step_of_a_structure_is_judged():
    inner = {"Elizabeth": "x", "joe@example.org": 1, "plan": {"bob_roe": 2, "colour": "red"}}
    read = read_parquet(pa.Table.from_pylist([{"s": inner, "Elizabeth": 3, "n": [1]}]))
    assert [(one.name, one.hidden) for one in read.fields] == [
        ("s.{…}", True), ("s.{email}", True), ("s.plan.{…}", True), ("s.plan.colour", False),
        ("{…}", True), ("n", False),
    ]  # fmt: skip


def test_a_line_that_is_no_object_is_counted():
    read = read_json_lines(b'{"a": 1}\nno json\n[1]\n{"a": 2}\n')
    assert (read.records, read.bad) == (2, 2)


def test_a_line_may_be_a_list_of_objects():
    read = read_json_lines(b'[{"a": 1}, {"a": 2}]\n')
    assert (read.records, read.batch, names(read)) == (2, ".", ["a"])


SEGMENT = lines_of(*(
    {"type": "page", "anonymousId": f"k{n}", "timestamp": "2008-04-22T13:55:36.000Z",
     "context": {"ip": "192.0.2.7", "userAgent": "Mozilla/5.0", "page": {"url": "http://a.example/b"}}}
    for n in range(9)
))  # fmt: skip


def test_a_shipped_mapping_is_told_by_what_it_reads():
    fit = shipped_mapping(SEGMENT, "json", "", ())
    assert fit is not None and fit.mapping.name == "segment"
    assert fit.reads("context.page.url") == "url"
    assert fit.reads("context.library") == ""


def test_columns_of_people_are_told_by_their_names():
    known = ("user_id", "email", "first_name", "gender", "opt_out")
    fit = shipped_mapping(b"", "table", ",", known)
    assert fit is not None and fit.mapping.name == "profiles"
    assert shipped_mapping(b"", "table", ",", ("user_id", "a", "b", "c", "d")) is None


def test_no_mapping_is_told_of_events_that_none_knows():
    text = lines_of(
        *({"ts": "2008-04-22T13:55:36Z", "visitor": "k", "kind": "x"} for _ in range(9))
    )
    assert shipped_mapping(text, "json", "", ()) is None
