"""Every shape of the gate is needed: a text that it alone lets through, in Arrow or in Python."""

import re
from functools import cache

import pyarrow as pa
import pytest

from weir.transforms.detect.matching.gate import (
    SHAPES,
    any_of,
    could_be_encoded,
    could_hold,
    gate,
    is_dull,
    mixed,
)
from weir.transforms.detect.text.decode import ENCODED

ALONE = (
    # numbers, addresses of machines
    "joe@example.org", "030/2662276", "2001::db", "9a-fa-af-9a-af-af", "00f0.aa0a.aafa",
    "192.0.2.1", "f9af9afffffa", "deadbeef-cafe-", "1[.]9[.]1[.]1", "99.91 11",
    "1z 9ab cde 1234567",
    # tokens, secrets
    "eyJhbG", "ghp_abcdef", "bearer abc.def.ghi", "amzn1.account.ab", "(s(abc", "gib 909 aus",
    "tan 4812", "pwd ist -.a", "driving licence x1", "bevestigingscode[0a-00z", "mysql x -p",
    "haslo  abcd",
    # accounts, papers
    "no93 abcd efgh ijk", "3GHJKLMghijkmnopqrstuvwxyz", "x1234567l", "smith7061", "nip 1x2x3x4",
    "conta 12345-6", "targa ab 12", "s/n x1", "dhl-postnum 999101", "DOE/JANE MRS",
    # streets, houses, places
    "karl johans gate 5", "дом 5", "12 main street", "rosenweg-72", "rue de la paix", "pobox11",
    "1234 ab 5", "5 Baker Row Z", "house no 9, a", "A00 9VY0", "c/ mayor 5", "Z9 sok., no 9",
    "1 1901 9B", "Ermou 56, Athina 105 63", "12 bac dan, quan 1", "pike st 12, a", "rr 5 box 9",
    "שד 5", "diagonal 9 no 9-5", "lat 5", "40.7128 n", "n52.123", "ADR:",
    # numbers behind a word
    "case 48210", "blz 010009", "Am Markt 1", "ab eq x", "zork:ab", "ab.eq.x",
    "owner zork", "invoice x 4a5", "medlem 5821", "puk 4821", "client no  5", "call 5550123",
    "cislo smlouvy 1x2x3x4x5x6", "huisnr. 11 , 10", "番号",
    # births
    "nata 11 maggio 90", "rojstva 5 6", "BDAY:",
    # users, devices
    "uid azba", "gaid/ab", "psn id ab", "WIN-AB",
    "Anna's iphone", "x/home/ann", "banned qwe77",
    # mail in words, other ways of writing
    "joe_at_example", "joe kukac ex", "joe.kukac.example.hu", "j-o-e-x", "joe!40example",
    "2F 4B 5A 6C 6D",
    # people
    "wedding anna paul", "flicknamn alm", "ORG:", "COM+", "我是", "jag heter Zork", "mvh Zork",
    "this is Zork", "cv Zork",
    # what a filter says, other ways to say it
    "ab has (x", "ab->x", "zz, q(a", "zz: Q", "ab \"x", "zz<z5", "(zz,q",
    "('- -',b", "--ab", "abLIKEa", "</ab", "surname|zork", "b changed to b", "{!x}", "zz|q\nb",
    "set bb to b",
    # links, and what consists of more than one value
    "a=b",
)  # fmt: skip

IMPLIED = (
    "555-0123", "262-4471", "1234.5678", "756.1234", "850730/1234", "hi @zork", "道5号", "5^^^a",
    "8FW4V75V 8Q", "user_talk:zork", "tel:x", "passwort sommer",
    '10.0.0.1 zork "GET /',
)  # fmt: skip
"""Texts of the other shapes: more than one lets each of them in."""


@cache
def in_arrow() -> dict[str, set[str]]:
    """The shapes that match each text in Arrow; each shape is put together once."""
    texts = [*ALONE, *IMPLIED]
    hits = {shape: any_of(pa.array(texts), (shape,)).to_pylist() for shape in SHAPES}
    return {t: {one for one, hit in hits.items() if hit[at]} for at, t in enumerate(texts)}


def let_in_by(text: str) -> set[str]:
    """The shapes without any of which the gate stays shut for a text, in one form or the other."""
    values = pa.array([text])
    assert gate(values)[0].as_py() and not is_dull(values)[0].as_py() and could_hold(text)
    encoded = any_of(values, (ENCODED,))[0].as_py() or could_be_encoded(values)[0].as_py()
    tokens = any(map(mixed, re.findall(r"[A-Za-z0-9+_-]{8,}", text)))
    searched = {shape for shape in SHAPES if re.search(shape, text)}
    forms = ((encoded, in_arrow()[text]), (tokens, searched))
    return {one for anyway, some in forms if not anyway and len(some) == 1 for one in some}


@pytest.mark.parametrize("text", ALONE)
def test_a_text_is_let_through_by_one_shape_alone(text: str) -> None:
    assert len(let_in_by(text)) == 1


def test_every_shape_has_such_a_text_or_is_implied() -> None:
    needed = {shape for text in ALONE for shape in let_in_by(text)}
    implied = {one for one in SHAPES if any(re.search(one, text) for text in IMPLIED)}
    assert set(SHAPES) - needed <= implied, "a text for each shape belongs to ALONE"
    assert len(ALONE) == len(needed), "two texts for one shape"


@pytest.mark.parametrize("text", IMPLIED)
def test_what_is_implied_is_let_through_by_several(text: str) -> None:
    assert let_in_by(text) == set()
