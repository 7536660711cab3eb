"""Identifiers are searched for in many ways of writing, by letters and digits alone."""

import random
from base64 import b64encode
from importlib.resources import files
from urllib.parse import quote

import pyarrow as pa
import pytest
from faker.providers.person.en_US import Provider as People

from weir.transforms.encrypted import write_encrypted
from weir.transforms.keys import Keyring, create_keys
from weir.transforms.sought import SEAM, Sought
from weir.transforms.ways import ways

MAIL = "jane.doe@example.org"
PEOPLE = (
    ("email", MAIL),
    ("phone", "+44 7700 900783"),
    ("name", "Jane Doe"),
    ("name", "Käthe Müller-Maß"),
    ("iban", "GB82 WEST 1234 5698 7654 32"),
    ("id", "ax7k2m9q4tz81b"),
    ("id", "jane"),
)


def a_search(place, people):
    create_keys(place / "keys", "proof")
    keyring = Keyring.open(place / "keys", "proof")
    kinds, values = zip(*people, strict=True)
    paths = []
    for table in ways(pa.table({"kind": kinds, "value": values})):
        paths.append(str(place / f"{len(paths)}.parquet"))
        write_encrypted(table, paths[-1], keyring, "proof")
    return Sought(tuple(paths), keyring)


@pytest.fixture(scope="module")
def sought(tmp_path_factory):
    return a_search(tmp_path_factory.mktemp("sought"), PEOPLE)


def kinds(sought, text, across=False):
    return set(sought.within(pa.array(["nothing", text]), across)["kind"].to_pylist())


def escaped(form):
    return "".join(form.format(ord(letter)) for letter in MAIL)


WRITTEN = {
    "a number apart": ("/x/4-4_7700...900783/", "phone"),
    "a number, digit by digit": (" ".join("447700900783"), "phone"),
    "a number with its zero": ("+44 (0)7700 / 900-783", "phone"),
    "a number within letters": ("tel07700900783x", "phone"),
    "letters apart": ("j-a-n-e_d-o-e", "name"),
    "an address apart": (" ".join(MAIL), "email"),
    "words for signs": ("ask jane dot doe (at) example (dot) org", "email"),
    "German words": ("jane.doe [at] example (punkt) org", "email"),
    "an escaped sign": (quote(MAIL), "email"),
    "backwards": (MAIL[::-1], "email"),
    "turned": ("wnar.qbr@rknzcyr.bet", "email"),
    "hex": (f"x={MAIL.encode().hex()}", "email"),
    "hex apart": (MAIL.encode().hex(" "), "email"),
    "percent": (escaped("%{:02x}"), "email"),
    "percent twice": (escaped("%25{:02x}"), "email"),
    "entities": (escaped("&#{};"), "email"),
    "escapes": (escaped(r"\u{:04x}"), "email"),
    "base64": (b64encode(MAIL.encode()).decode(), "email"),
    "base64 of a longer text": (b64encode(f"q:{MAIL}, yes".encode()).decode(), "email"),
    "base64 of UTF-16": (b64encode(MAIL.encode("utf-16-le")).decode(), "email"),
    "base64 of Latin-1": (b64encode("Käthe Müller-Maß".encode("latin-1")).decode(), "name"),
    "base64 in lines": (b64encode(f"see {MAIL}".encode()).decode().replace("Z", "Z\r\n"), "email"),
    "plain letters": ("/mueller-mass-kaethe", "name"),
    "other letters": ("ＪＡＮＥ　ＤＯＥ", "name"),
    "what no reader sees": ("\u200b".join("jane doe"), "name"),
    "an account apart": ("GB82-WEST/1234.5698 7654;32", "iban"),
    "an id apart": ("ax7k-2m9q-4tz8-1b", "id"),
}  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN)
def test_a_known_identifier_is_found_as(sought, written):
    text, kind = WRITTEN[written]
    assert kind in kinds(sought, text)


OTHERS = {
    "a longer number": "1447700900783",
    "a number that begins like it": "4477009007831",
    "a name that is one short word": "janedoe",
    "a name within words": "janedoering",
    "a name of another": "jane doering",
    "an id that anybody could have": "/jane/books",
    "half an address": "jane and doe example",
}


@pytest.mark.parametrize("other", OTHERS)
def test_what_only_looks_like_it_is_not_found_in(sought, other):
    assert kinds(sought, OTHERS[other]) == set()


def test_of_several_cells_counts_what_goes_across_their_borders(sought):
    assert kinds(sought, f"jane.doe@{SEAM}example.org", across=True) == {"email"}
    assert kinds(sought, f"07700{SEAM}900783", across=True) == {"phone"}
    whole = f"books{SEAM}{MAIL}{SEAM}en"
    assert kinds(sought, whole, across=True) == set()
    assert "email" in kinds(sought, whole)


def test_each_text_is_told_by_its_number_also_in_pieces(sought, monkeypatch):
    monkeypatch.setattr("weir.transforms.sought._BYTES_AT_ONCE", 16)
    texts = ["", "books", MAIL, "", "x" * 40, MAIL[::-1], f"{MAIL} 07700 900783"]
    hits = [(hit["at"], hit["kind"]) for hit in sought.within(pa.array(texts)).to_pylist()]
    assert {at for at, kind in hits if kind == "email"} == {2, 5, 6}
    assert [at for at, kind in hits if kind == "phone"] == [6]
    for nothing in ([], ["", ""], ["- -"]):
        assert sought.within(pa.array(nothing, pa.string())).num_rows == 0


def test_a_name_in_other_letters_is_found_and_has_no_ways_that_say_less(tmp_path):
    sought = a_search(tmp_path, [("name", "Иван Петров Smith")])
    assert kinds(sought, "и-в-а-н п-е-т-р-о-в s-m-i-t-h") == {"name"}
    assert kinds(sought, b64encode("Иван Петров Smith".encode()).decode()) == {"name"}
    assert kinds(sought, b64encode(b"one more Smith there").decode()) == set()


def harmless(pick, rows):
    """Words of many languages, and numbers, as paths, queries and lines of figures have them."""
    lists = [files("weir.schemas") / "recognizers" / name for name in ("english", "languages")]
    lines = [line for one in lists for line in one.with_suffix(".txt").read_text().splitlines()]
    words = [w for line in lines if line[0] != "#" for w in line.split() if w.isalpha()]
    shapes = (
        lambda w, n: f"/{w()}/{w()}-{w()}-{w()}.html",
        lambda w, n: f"/products/{w()}-{n(10**8)}",
        lambda w, n: f"id={n(10**6)}&page={n(99)}&t={10**9 + n(10**9)}&q={w()}%20{w()}",
        lambda w, n: " ".join(str(n(9999)) for _ in range(12)),
        lambda w, n: b64encode(pick.randbytes(24)).decode() + pick.randbytes(16).hex(),
        lambda w, n: SEAM.join((w(), w(), str(n(10**6)), w())),
    )
    return [
        pick.choice(shapes)(lambda: pick.choice(words), lambda most: pick.randint(0, most))
        for _ in range(rows)
    ]


def test_harmless_vocabulary_is_left_alone(tmp_path):
    pick = random.Random(5)
    people = []
    for _ in range(400):
        first, last = pick.choice(list(People.first_names)), pick.choice(list(People.last_names))
        people += [
            ("name", f"{first} {last}"),
            ("email", f"{first}.{last}@example.org"),
            ("phone", f"+44 7{pick.randint(0, 10**9 - 1):09}"),
            ("id", str(pick.randint(10**5, 10**9))),
        ]
    texts = [*harmless(pick, 10_000), people[0][1][::-1]]
    hits = a_search(tmp_path, people).within(pa.array(texts))
    found = set(hits["at"].to_pylist())
    assert 10_000 in found
    assert len(found) <= 2  # one in ten thousand


def test_numbers_that_all_begin_alike_are_no_pairs(tmp_path):
    """Each of these would be compared with each other if its first bytes were its anchor."""
    numbers = [
        f"customer-account-number-{n:012x}" for n in range(10**12, 10**12 + 30_000_000, 10_007)
    ]
    search = a_search(tmp_path, [("id", number) for number in numbers[::2]])
    found = search.within(pa.array(numbers[1::2] + numbers[:1]))
    assert found.to_pylist() == [{"at": len(numbers) // 2, "kind": "id"}]
