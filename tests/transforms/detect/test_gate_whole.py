"""What the full look finds, the gate lets it see: every opening, joint, name and way to write."""

import random
from collections.abc import Iterator
from itertools import product

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from weir.schemas.config import Detection
from weir.transforms.detect import Detector, cleared, detector, paths
from weir.transforms.detect.verdicts import Asked, Verdict

MODES = {mode: Detector(Detection(mode=mode)) for mode in ("balanced", "strict")}
PARTS = ("query", "search", "label", "path", "text")

OPENINGS = [
    "mr", "frau", "dr", "hello", "good morning", "welcome back", "dear", "by", "from", "with",
    "my name is", "this is", "signed by", "author", "customer", "nurse", "for",
]  # fmt: skip
JOINTS = [" ", ":", ": ", " : ", ".", ". ", "-", "_", "+", ", ", "=", "|", "~", "  ", " - ", ""]
NAMES = ["jane", "weber", "kim", "anouk", "kovalenko", "kwame okonjo"]
CASES = [str.lower, str.title, str.upper]
OWNERS = ["jane", "lee", "ivo", "tran", "marek"]
DEVICES = ["pc", "iphone", "fax", "laptop", "macbook", "phone", "handy", "mbp"]
OWNING = [" ", "-", "_", "s ", "'s ", "s-", "+", ":", "."]
GIVEN = ["jane", "marek", "lee", "anouk", "mateo"]
FAMILIES = ["doe", "okonjo", "weber", "fax", "leeuw", "park"]
LINKS = ["tel:", "mailto:", "sms:", "TEL:", "http:", "ftp:", "android-app:", "//a.example/u/"]
BEFORE_LINKS = ["", "call ", "see:", "to=", "x ", "12"]
LINKED = ["7712", "bob", "jane", "4455-1"]


def openings() -> Iterator[str]:
    for opening, joint, name in product(OPENINGS, JOINTS, NAMES):
        yield from (
            first(opening) + joint + second(name)
            for first, second in zip(CASES * 2, [*CASES, *CASES[1:], CASES[0]], strict=True)
        )


def pairs() -> Iterator[str]:
    for given, joint, family, case in product(GIVEN, JOINTS, FAMILIES, CASES):
        yield case(given + joint + family)
    for owner, owning, device in product(OWNERS, OWNING, DEVICES):
        yield from (case(owner + owning + device) for case in CASES)
        yield owner.title() + owning + device


def links() -> Iterator[str]:
    yield from ("".join(parts) for parts in product(BEFORE_LINKS, LINKS, LINKED))
    yield from ("3.14159", "-52.5200", "+8.40171", "52.52007, 13.4", "v3.14159")


def glued() -> Iterator[str]:
    """Digits where a word begins and ends."""
    for opening, joint, name in product(OPENINGS[:9], [" ", ":", "-", "_"], ["jane", "Anouk"]):
        yield from (f"12{opening}{joint}{name}", f"{opening}{joint}{name}7")
        yield from (f"{opening}{joint}12 {name}", f"{opening}3{joint}{name}")


FIELDS = ["surname", "email", "vorname", "person/email", "dc.creator", "reported_by"]
CLOSERS = [
    "", "]", '"', "'", '\\"', "`", ")", "))", "()", "::text", " as text)", ",'')", "/text()", "[0]",
    '"]', ".",
]  # fmt: skip
GAPS = ["", " ", "  ", "   ", "+", "\\n", "\n", "\t", " + "]
SIGNS = [
    ":", "::", "~", "~~", "!~", "!~~", "~*", "!~*", ":~", "->", "→", "<>", "<", ">", "@>", "@@",
    ":<", ":>", "\\:",
]  # fmt: skip
SPOKEN = [
    "eq", "like", "ilike", "not like", "is", "is not", "was", "was not", "in", "any", "all", "has",
    "values", "between", "lt", "le", "gte", "ge", "contains", "does not contain", "starts with",
    "sw", "matches", "iexact", "regexp", "similar to", "equals", "like[0]", "glob", "against",
]  # fmt: skip
STATED = [
    "vrelq", "Vrelq", "vrel-q", "vrelq31", "'vrelq'", '"vrelq"', "('vrelq'", "(vrelq", "'%vrelq%'",
    "N'vrelq'", '\\"vrelq\\"', "„vrelq“", "lower('vrelq')", "['vrelq']", "'%' || 'vrelq'",
    "o\\'vrelq",
]  # fmt: skip
SAID = [  # of a name and a value in other ways than one behind the other
    "('{n}','{v}')", "f([{n}],{v})", "f(`{n}`, {v})", "f({n}(),{v})", "f({n} as text), {v})",
    "f([{n}]::text,{v})", '{n}.is("{v}")', "{n}.is(`{v}`)", '{n}+"{v}"', '{n}\n"{v}"', '{n}` "{v}"',
    "{n} “{v}”", "--{n} {v}", "(--{n} {v}", "{n}||eq||{v}", "{n}|$eq|{v}", "{n}:eq:{v}",
    "{n}~eq~{v}", "{n},eq,{v}", "{n}.not.eq.{v}", "{n}-|eq|{v}", "'{v}'+eq+{n}",
    "'{v}' like lower({n})", "'{v}'<>{n}", "'{v}'\\neq\\n{n}", "'{v}'  for key  {n}",
    "f('{v}',{n})", "f('{v}' , [{n}])",
    "N'{v}' eq {n}", "<x:{n}>{v}", "<{n}><![CDATA[{v}", ">{n}</k><s>{v}", "{n}LIKE{v}",
    "{n}NOT LIKE{v}", "{n}DOES NOT CONTAIN{v}", "{n}STARTSWITH%{v}", '["{n}", "eq", "{v}"]',
    '"{n}" , "$like", "{v}"', "a:{n}:{v}", "{n} is not like '{v}'", "{n},{v}",
    "{n}[{v}]", "{n}({v})", "x {n}{{'{v}'}}", "{n} --> {v}", "{n}->{v}", "{n}|{v}", "{n}:/{v}/",
    "**{n}**: {v}", "*{n}:* {v}", "{n} is {v}", "{n} within {v}", "{n} {v}", "{n} '{v}'", "{n}!{v}",
    "{n}-{v}", "{n} changed from {v} to x", "{n} CHANGED TO {v}", "{{!term f={n}}}{v}", "-D{n}={v}",
    "into u ({n}, a) values ({v}, 1)", "{n},a\n{v},1", "{n}|a\\n{v}|1", "[{n}/text()='{v}']",
]  # fmt: skip


def filters() -> list[str]:
    """A field, what compares and a value, as they may be written; a sample, always the same."""
    chosen = random.Random(7)
    compared = (FIELDS, CLOSERS, GAPS, SIGNS, GAPS, STATED)
    in_words = (FIELDS, CLOSERS, GAPS[1:], SPOKEN, GAPS[1:], STATED)
    sample = ["".join(map(chosen.choice, each)) for each in (compared, in_words) * 1500]
    values = ["vrelq", "vrelq31", "Vrelq", "a@b.example"]
    ways = product(SAID, FIELDS, values)
    return [*sample, *(way.format(n=name, v=value) for way, name, value in ways)]


VALUES = list(dict.fromkeys([*openings(), *pairs(), *links(), *glued()]))
EACH = {"balanced": 1, "strict": 4}  # strict's gate is far wider
SHARE = {part: VALUES[at::5] for at, part in enumerate(PARTS)}


def found(verdict: Verdict) -> bool:
    return any(one.rule != "too_much" for one in verdict.found)


def hidden(detector_: Detector, values: list[str], part: str) -> list[str]:
    """The values of which something crosses that the full look closes."""
    verdicts = detector_.verdicts([Asked(value, part) for value in values])
    clean = detector_.values(pa.array(values), None, part).clean.to_pylist()
    return [
        value
        for value, verdict, text in zip(values, verdicts, clean, strict=True)
        if found(verdict) and text != verdict.clean
    ]


def hidden_in_paths(detector_: Detector, segments: list[str]) -> list[str]:
    """The same of segments behind one that tells nothing."""
    segments = [one for one in segments if "/" not in one]
    verdicts = detector_.verdicts([Asked(one, "path", None, "greet") for one in segments])
    clean = detector_.paths(pa.array([f"/greet/{one}" for one in segments])).clean.to_pylist()
    return [
        one
        for one, verdict, text in zip(segments, verdicts, clean, strict=True)
        if found(verdict) and text != f"/greet/{verdict.clean}".replace("%2F", "/")
    ]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("mode", MODES)
def test_the_gate_hides_no_value(mode, part):
    assert hidden(MODES[mode], SHARE[part][:: EACH[mode]], part) == []


@pytest.mark.parametrize("mode", MODES)
def test_the_gate_hides_no_segment(mode):
    assert hidden_in_paths(MODES[mode], SHARE["search"][:: EACH[mode]]) == []


@pytest.mark.parametrize("part", ["query", "search", "text"])
def test_the_gate_hides_nothing_that_a_filter_says(part):
    values = filters()[PARTS.index(part) % 3 :: 2]
    assert sum(map(found, MODES["balanced"].verdicts([Asked(one, part) for one in values]))) > 500
    assert hidden(MODES["balanced"], values, part) == []


def test_the_gate_hides_nothing_that_a_filter_says_in_a_path():
    assert hidden_in_paths(MODES["balanced"], filters()[::2]) == []


@pytest.mark.parametrize(
    "value",
    ["Frau: Weber", "Hello:Jane", "by Anouk", "my name is Anouk", "JANE PC", "LEE IPHONE",
     "IVO FAX", "call tel:7712", "12mr:jane", "by-Kim"],
)  # fmt: skip
@pytest.mark.parametrize("part", PARTS)
def test_what_a_gate_has_hidden(value, part):
    (verdict,) = MODES["balanced"].verdicts([Asked(value, part)])
    assert found(verdict)
    assert hidden(MODES["balanced"], [value], part) == []


@pytest.mark.parametrize("mode", MODES)
def test_the_gate_hides_no_label_of_a_text(mode):
    labels = ["From", "to", "Contact", "user", "Customer no", "Name", "Tel", "room", "code", "seat"]
    said = ["Jane", "xk7", "Bo", "12", "a_b", "Kwame Okonjo", "red 7", "Zwq Rtp"]
    values = [f"{a}{label}: {one}" for a, label, one in product(["", "see "], labels, said)]
    assert hidden(MODES[mode], values, "text") == []


def test_a_gate_that_is_shut_is_seen(monkeypatch):
    def shut(values: pa.Array, *_: object) -> pa.Array:
        return pc.and_(pc.is_valid(values), False)

    monkeypatch.setattr(cleared, "_cleared", {})
    monkeypatch.setattr(cleared, "_flagged", {})
    for module, name in (
        (detector, "gate"), (detector, "could_name"),
        (paths, "any_of"), (paths, "could_be_encoded"), (paths, "could_name"),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, shut)
    for part in PARTS:
        assert len(hidden(MODES["balanced"], SHARE[part], part)) > 200
    assert len(hidden_in_paths(MODES["balanced"], SHARE["search"])) > 200
