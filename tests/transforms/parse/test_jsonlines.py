"""JSON lines: what stands at the paths, against another reader of JSON."""

import json
import re
from random import Random
from typing import Any

import pytest

from weir.transforms.parse.jsonlines import read_json

PATHS = ("a", "b.c", "h.X-Y.0", "h.X-Y.1")


def values(text: bytes, *paths: str, **options: Any) -> list[list[str | None]]:
    """What stands at the paths, an inner list an object."""
    read = read_json(text, paths, **options)
    return [
        list(row) for row in zip(*(read.values[path].to_pylist() for path in paths), strict=True)
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a":"x"}', "x"), ('{"a":5}', "5"), ('{"a":1.50}', "1.5"), ('{"a":true}', "true"),
        ('{"a":null}', None), ('{"b":1}', None), ('{"a":""}', ""), ('{"A":1}', None),
        ('{"a":{"x":1}}', None), ('{"a":[1]}', None), ('{"a":"{x"}', "{x"), ('{"a":"[1]"}', "[1]"),
        (r'{"a":"\u00e9\/\"\\\n"}', 'é/"\\\n'), (r'{"a":"\ud83d\ude00"}', "😀"),
        (r'{"\u0061":1}', "1"), ('{"a":1,"a":2}', "1"),
        ('{"a":18446744073709551616}', "18446744073709551616"),
        ('{"a":1e3}', "1000.0"), ('{"a":1}\r', "1"), ('  {"a":1}  ', "1"), ('{"a":1,}', "1"),
    ],
)  # fmt: skip
def test_what_a_property_says(text: str, said: str | None) -> None:
    assert values(text.encode(), "a") == [[said]]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"nope", "not_json"), (b'"x"', "not_json"), (b"null", "not_json"), (b'{"a":1', "not_json"),
        (b'{"a":1} x', "not_json"), (b'{"a":"\\ud800"}', "not_json"), (b'{"a":01}', "not_json"),
        (b'{"a":"\t"}', "not_json"), (b"{'a':1}", "not_json"), (b'{"a":1}{"a":2}', "not_json"),
        (b'{"a":"\xff"}', "not_utf8"), (b'{"a":"\0"}', "nul_byte"), (b"host {}", "not_json"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_object_has_its_reason_and_the_others_go_on(
    line: bytes, reason: str
) -> None:
    read = read_json(b'{"a":1}\n' + line + b'\n{"a":2}', ["a"])
    assert read.refused == [(1, reason, line)]
    assert read.numbers.tolist() == [0, 2]
    assert read.values["a"].to_pylist() == ["1", "2"]


def test_the_brackets_and_commas_of_an_array_are_passed_over() -> None:
    read = read_json(b'\xef\xbb\xbf[\n{"a":1},\r\n  {"a":2},\n\n{"a":[3]}]\n', ["a"])
    assert read.values["a"].to_pylist() == ["1", "2", None]
    assert read.numbers.tolist() == [1, 2, 4]
    assert (read.lines, read.filtered) == (5, {"blank": 2})


def test_text_before_the_object_is_passed_over_if_it_may_be() -> None:
    line = b'Nov 25 01:36:18 host app[7]: {"a":"x {y}"}\n'
    assert values(line + b'{"a":2}\nnothing\n', "a", prefix=True) == [["x {y}"], ["2"]]
    assert values(line, "a") == []


def test_whole_objects_come_as_json() -> None:
    assert values(b'{"a":{"x":1},"b":{"x":1}}', "a", "b", whole=["a"]) == [['{"x":1}', None]]


def test_types_may_change_from_line_to_line() -> None:
    text = b'{"a":1}\n{"a":"x"}\n{"a":{"c":1}}\n{"a":[1]}\n{"a":null}\n{"a":1.5}\n'
    assert values(text, "a", "a.c", "a.0") == [
        ["1", None, None], ["x", None, None], [None, "1", None], [None, None, "1"],
        [None, None, None], ["1.5", None, None],
    ]  # fmt: skip


def test_bytes_written_as_x_and_hex_are_mended() -> None:
    text = rb'{"a":"caf\xC3\xA9 \x22q\x22 \\x41"}' + b'\n{"a":1}\n' + rb'{"a":"\xZZ"}'
    read = read_json(text, ["a"])
    assert read.values["a"].to_pylist() == ['café "q" \\x41', "1"]
    assert read.numbers.tolist() == [0, 1]


def another_reader(text: bytes) -> list[list[str | None]]:
    """The same by Python's json; what it does not know of DuckDB's leniency is given to it."""
    found = []
    for line in text.split(b"\n"):
        try:
            plain = line.lstrip(b" \t\r[,").rstrip(b" \t\r],").decode()
            said = json.loads(
                re.sub(r"(?<=[\w\"}\]])(\s*),(\s*[}\]])", r"\1\2", plain), object_pairs_hook=_first
            )
            json.dumps(said, ensure_ascii=False).encode()  # lone surrogates
        except (ValueError, UnicodeDecodeError):
            continue
        if b"\0" not in line and isinstance(said, dict):
            found.append([_at(said, path) for path in PATHS])
    return found


def _first(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(reversed(pairs))


def _at(said: Any, path: str) -> str | None:
    for step in path.split("."):
        if step.isdecimal():
            said = said[int(step)] if isinstance(said, list) and len(said) > int(step) else None
        else:
            said = said.get(step) if isinstance(said, dict) else None
    if said is None or isinstance(said, dict | list):
        return None
    return json.dumps(said) if isinstance(said, bool) else str(said)


_LEAVES = ("x", "é😀", "", 5, -7, 2.5, True, None, {"z": 1}, [1, "y"], "[", "{}")


def _object(rng: Random) -> bytes:
    def leaf() -> Any:
        return rng.choice(_LEAVES)

    said = {"a": leaf(), "b": rng.choice([{"c": leaf(), "a": 1}, leaf()]), "n": leaf()}
    said["h"] = rng.choice([{"X-Y": rng.choice([[leaf()], [leaf(), leaf()], leaf()])}, leaf()])
    items = rng.sample(list(said.items()), rng.randrange(len(said) + 1))
    text = json.dumps(dict(items), ensure_ascii=rng.random() < 0.5)
    return text.replace('"n":', '"a":').encode() if rng.random() < 0.2 else text.encode()


_PIECES = (
    b'"', b"\\", b"{", b"}", b"[", b"]", b":", b",", b"\n", b"\0", b"\xff", b" ", b"5", b"\\u00e9",
    b"\\ud83d", b"\xc3\xa9", b"\r", b"\t", b"null", b"\\/", b"\xef\xbb\xbf",
)  # fmt: skip


def test_another_reader_sees_the_same_whatever_comes() -> None:
    rng = Random(4)
    for _ in range(60):
        lines = []
        for _ in range(40):
            line = bytearray(_object(rng))
            for _ in range(rng.choice((0, 0, 0, 1, 1, 2))):
                at = rng.randrange(len(line) + 1)
                line[at : at + rng.choice((0, 0, 1))] = rng.choice(_PIECES)
            lines.append(bytes(line))
        text = b"{}\n" + b"\n".join(lines)
        assert values(text, *PATHS) == another_reader(text)
        read = read_json(text, PATHS)
        assert read.lines == len(read.numbers) + len(read.refused) + read.filtered.total()
