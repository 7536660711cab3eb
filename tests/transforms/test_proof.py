"""The proof finds what was seen behind the wall, however it is written, and nothing else."""

import base64
import hashlib
import html
import json
import random
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from faker.providers.lorem.en_US import Provider as Lorem
from faker.providers.person.en_US import Provider as People

from weir.schemas.errors import UsageError, WallError
from weir.transforms.encrypted import write_encrypted
from weir.transforms.keys import Keyring, create_keys
from weir.transforms.proof import (
    DICTIONARY,
    MARK,
    MATCHES,
    dictionary_of,
    normal_forms,
    prove,
    refuse_matches,
    tokens,
)

KEY = b"k" * 32
EMAIL = "joe.smith+news@example.org"
SEEN = [
    ("email", EMAIL),
    ("email", "ann@example.com"),
    ("phone", "+1 (555) 010-1234"),
    ("phone", "+44 20 7946 0123"),
    ("phone", "5550109876"),
    ("card", "4111 1111 1111 1111"),
    ("iban", "DE89 3704 0044 0532 0130 00"),
    ("ip", "192.0.2.7"),
    ("ip", "2001:DB8:0:0::1"),
    ("ip", "::ffff:198.51.100.9"),
    ("name", "José García"),
    ("name", "Mary Ann O'Neil"),
    ("id", "550E8400-e29b-41d4-a716-446655440000"),
    ("id", "u-12345"),
    ("id", "summer2008"),
    ("secret", "hunter2hunter22222!"),
    ("secret", "hunter2"),
]


TWISTED = [
    ("email", "joe.seen@example.org", ["/d/joe.seen@@example.org", "/d/joe.seen@example.org2008",
                                       "/d/joe.seen@.example.org", "joe.seen@example..org",
                                       "/d/joe.seen@/example.org"]),
    ("ip", "192.0.2.7", ["/a/ip192.0.2.7", "/a/192-0-2-7"]),
    ("id", "9f8e7d6c5b4a39281706", ["/news/uid9f8e7d6c5b4a39281706", "v9f8e7d6c5b4a39281706"]),
    ("id", "GS1.1.1694439271.1.0.1694439999.60.0.0",
     ["/k/GS1.1.1694439271.1.0.1694439999.60.0.0"]),
    ("id", "AbC123xyz789QQ", ["AbC123-xyz789-QQ", "A.bC123xyz78.9QQ", "/k/vAbC123xyz789QQ"]),
    ("iban", "FR14 2004 1010 0505 0001 3M02 606", ["/b/FR14_2004_1010_0505_0001_3M02_606"]),
    ("name", "Mary O'Brien", ["/books/mary-obrien", "/books/mary-o-brien"]),
    ("name", "Hans Müller", ["/n/hans-mueller", "/n/hans-muller", "/n/HansMueller"]),
]  # fmt: skip


def test_two_ways_of_writing_one_identifier_are_both_found():
    """What the same dictionary finds alone it finds among all the others, too."""
    dictionary = dictionary_of(seen(*((kind, value) for kind, value, _ in TWISTED)), KEY)
    strings = [text for _, _, texts in TWISTED for text in texts]
    table = pa.table({"column": ["path"] * len(strings), "value": strings})
    found = set(prove(table, [dictionary], KEY)["value_index"].to_pylist())
    assert [text for n, text in enumerate(strings) if n not in found] == []


def seen(*identifiers: tuple[str, str]) -> pa.Table:
    return pa.table(
        {"kind": [k for k, _ in identifiers], "value": [v for _, v in identifiers]},
        schema=pa.schema([("kind", pa.string()), ("value", pa.string())]),
    )


def found(*values: str, identifiers: list[tuple[str, str]] = SEEN) -> list[set[str]]:
    """The kinds found in each string."""
    strings = pa.table({"column": ["path"] * len(values), "value": list(values)})
    matches = prove(strings, [dictionary_of(seen(*identifiers), KEY)], KEY)
    kinds: list[set[str]] = [set() for _ in values]
    for row in matches.to_pylist():
        kinds[row["value_index"]].add(row["kind"])
    return kinds


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


WRITTEN = {
    "plain": EMAIL,
    "upper case": EMAIL.upper(),
    "in a path": f"/profile/{EMAIL}/edit",
    "percent": f"/x/{quote(EMAIL)}",
    "percent twice": quote(quote(EMAIL, safe=""), safe=""),
    "percent three times": quote(quote(quote(EMAIL, safe=""), safe=""), safe=""),
    "backslash u": "".join(f"\\u{ord(c):04x}" for c in EMAIL),
    "backslash u, at sign only": EMAIL.replace("@", "\\u0040"),
    "HTML": "".join(f"&#{ord(c)};" for c in EMAIL),
    "HTML names": html.escape(f"<{EMAIL}>"),
    "full width": "".join(chr(ord(c) + 0xFEE0) for c in EMAIL),
    "base64": b64(EMAIL),
    "base64 within a text": b64(f"mail: {EMAIL}, thanks"),
    "base64url in a path": "/q/" + b64(EMAIL).rstrip("="),
    "base64url after a prefix": "id_" + b64(EMAIL).rstrip("="),
    "base64, percent-encoded": quote(b64(EMAIL), safe=""),
    "base64 of percent": b64(quote(EMAIL, safe="")),
    "hexadecimal": EMAIL.encode().hex(),
    "JSON": json.dumps({"to": EMAIL}),
    "after a colon": f"mailto:{EMAIL}",
    "parameter": f"a=1&to={EMAIL}&b=2",
    "after another word": f"mail-{EMAIL}",
    "before a file name": f"/{EMAIL}.html",
    "at, in words": "x_joe.smith+news_at_example.org",
    "at, in brackets": "joe.smith+news (at) example.org",
    "at, as a dash": "joe.smith+news-example.org",
    "at, as a space": "joe.smith+news example.org",
    "md5": hashlib.md5(EMAIL.encode()).hexdigest(),
    "sha1": f"/u/{hashlib.sha1(EMAIL.encode()).hexdigest()}.gif",
    "sha256": hashlib.sha256(EMAIL.encode()).hexdigest().upper(),
}


@pytest.mark.parametrize("form", WRITTEN)
def test_an_email_is_found_however_it_is_written(form):
    assert found(WRITTEN[form]) == [{"email"}]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("5550101234", "phone"),
        ("555-010-1234", "phone"),
        ("(555) 010.1234", "phone"),
        ("tel:+15550101234", "phone"),
        ("15550109876", "phone"),
        ("+442079460123", "phone"),
        ("020 7946 0123", "phone"),
        ("00442079460123", "phone"),
        (hashlib.sha256(b"+15550101234").hexdigest(), "phone"),
        (hashlib.md5(b"15550101234").hexdigest(), "phone"),
        ("4111-1111-1111-1111", "card"),
        ("/pay/4111111111111111", "card"),
        ("de89370400440532013000", "iban"),
        ("DE89 3704 0044 0532 0130 00", "iban"),
        ("192.0.2.7", "ip"),
        ("/host-192-0-2-7.example.net/", "ip"),
        ("2001:db8::1", "ip"),
        ("http://[2001:0db8::0001]:8080/", "ip"),
        ("198.51.100.9", "ip"),
        ("jose-garcia", "name"),
        ("garcia, JOSÉ", "name"),
        ("/people/Jos%C3%A9_Garc%C3%ADa", "name"),
        ("/users/jose/garcia/", "name"),
        ("mary-ann-o-neil", "name"),
        ("550e8400e29b41d4a716446655440000", "id"),
        ("/x/550e8400-e29b-41d4-a716-446655440000.html", "id"),
        ("HUNTER2hunter22222", "secret"),
    ],
)
def test_each_kind_is_found_in_its_usual_forms(text, kind):
    assert found(text) == [{kind}]


@pytest.mark.parametrize(
    "text",
    [
        "jose", "garcia", "/about/neil", "/u/12345", "u-12345", "/books/summer-2008", "hunter2",
        "example.org", "/2008/04/22/news", "v1.2.3.4", "192.0.2.70", "1192.0.2.7", "10:20:30",
        "joe.smith", "/joe/smith/news/example/org", "joe.smith.news.example.org", "ann.example.com",
        "555-0101", "0101234", "", "-", "/", "{email}", "/{name}/x", "%", "a%zz", "ünïcödé",
    ],
)  # fmt: skip
def test_what_is_no_identifier_is_not_found(text):
    assert found(text) == [set()]


def test_what_cannot_be_decoded_is_told_and_not_passed():
    deep = EMAIL
    for _ in range(12):
        deep = quote(deep, safe="").replace("%", "%25")
    assert found(deep) == [{"undecoded"}]


def test_a_run_does_not_go_from_one_string_to_the_next():
    assert found("jose", "garcia", "555", "0101234") == [set()] * 4


def test_matches_name_row_column_and_kind_and_hold_no_value():
    strings = pa.table(
        {
            "column": ["path", "campaign", "path", "campaign"],
            "value": ["/", f"to {EMAIL}", None, f"to {EMAIL} or 555-010-1234"],
        }
    )
    matches = prove(strings, [dictionary_of(seen(*SEEN), KEY)], KEY)
    assert matches.schema.equals(MATCHES)
    assert matches.to_pylist() == [
        {"value_index": 1, "column": "campaign", "kind": "email"},
        {"value_index": 3, "column": "campaign", "kind": "email"},
        {"value_index": 3, "column": "campaign", "kind": "phone"},
    ]


def test_a_refusal_tells_column_kind_and_count_and_never_the_value():
    strings = pa.table({"column": ["path"] * 2, "value": [f"/{EMAIL}", f"/x/{EMAIL}"]})
    matches = prove(strings, [dictionary_of(seen(*SEEN), KEY)], KEY)
    with pytest.raises(WallError, match=r"pages: .*\(path: 2 email\)") as caught:
        refuse_matches(matches, "pages")
    assert "joe" not in str(caught.value)
    refuse_matches(matches.slice(0, 0), "pages")


def test_a_dictionary_that_would_find_nothing_is_refused():
    """One of another key, one that was emptied, one among others, and none at all."""
    strings = pa.table({"column": ["path"], "value": ["/books"]})
    good, strange = (dictionary_of(seen(*SEEN), key) for key in (KEY, b"x" * 32))
    for lies in ([strange], [DICTIONARY.empty_table()], [good, strange], [good.slice(0, 0), good]):
        with pytest.raises(WallError, match="no dictionary of this night's key"):
            prove(strings, lies, KEY)
    with pytest.raises(WallError, match="no dictionary to prove against"):
        prove(strings, [], KEY)
    assert prove(strings.slice(0, 0), [], KEY).schema.equals(MATCHES)
    assert prove(strings, [good], KEY).num_rows == 0


def test_the_batch_does_not_matter():
    values = [f"/{n}/{EMAIL if n % 3 == 0 else 'x'}" for n in range(20)]
    strings = pa.table({"column": ["path"] * 20, "value": values})
    dictionary = dictionary_of(seen(*SEEN), KEY)
    whole = prove(strings, [dictionary], KEY)
    assert whole["value_index"].to_pylist() == [0, 3, 6, 9, 12, 15, 18]
    assert prove(strings, [dictionary], KEY, batch=3).equals(whole)


def test_a_name_is_found_when_its_parts_came_with_another_dictionary(tmp_path):
    split = [dictionary_of(seen(one), KEY) for one in SEEN]
    strings = pa.table({"column": ["path"], "value": ["jose-garcia"]})
    assert prove(strings, split, KEY)["kind"].to_pylist() == ["name"]


def test_dictionaries_are_read_from_encrypted_files_with_the_proof_key_alone(tmp_path: Path):
    create_keys(tmp_path / "keys")
    keyring = Keyring.open(tmp_path / "keys", "proof")
    key = keyring.derive("proof", "dictionary")
    paths = []
    for number, one in enumerate(SEEN):
        paths.append(tmp_path / f"{number}.parquet")
        write_encrypted(dictionary_of(seen(one), key), paths[-1], keyring, "proof", "dictionary")
    strings = pa.table({"column": ["path"] * 2, "value": ["/jose/garcia", EMAIL]})
    assert prove(strings, paths, key, keyring)["kind"].to_pylist() == ["name", "email"]
    with pytest.raises(UsageError, match="needs the 'proof' keys"):
        prove(strings, paths, key)


def test_a_dictionary_holds_hashes_alone_the_same_for_the_same_identifiers():
    dictionary = dictionary_of(seen(*SEEN), KEY)
    assert dictionary.schema.equals(DICTIONARY)
    assert dictionary_of(seen(*reversed(SEEN), *SEEN), KEY).equals(
        dictionary.take(pc.sort_indices(dictionary, [("hash", "ascending")]))
    )
    assert dictionary_of(seen(), KEY)["kind"].to_pylist() == [MARK]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("name", "Smith"), ("name", "J Smith"), ("name", "John 3"), ("phone", "555-0101"),
        ("id", "12345678"), ("id", "summer2008"), ("id", "bookworm"), ("secret", "hunter2"),
        ("email", "not an address"), ("ip", "1.2.3"), ("ip", "unknown"), ("card", "4111"),
        ("address", "12 Main Street"), ("geo", "40.7,-74.0"), ("city", "Springfield"),
    ],
)  # fmt: skip
def test_what_is_easy_to_guess_never_enters_the_dictionary(kind, value):
    assert normal_forms(kind, pa.array([value])).num_rows == 0


def test_pieces_of_a_compound_id_that_are_hard_to_guess_enter_by_themselves():
    forms = normal_forms("id", pa.array(["v=2; sid=9f8e7d6c5b4a3f2e; lang=en"]))["form"]
    assert "9f8e7d6c5b4a3f2e" in forms.to_pylist()
    assert "lang" not in forms.to_pylist()


def test_tokens_are_decoded_whole_and_in_short_runs():
    table = tokens(pa.array(["/Joe%20Smith/555-0101"]))
    assert set(table["token"].to_pylist()) >= {"joe smith", "smith5550101"}
    assert table.schema == pa.schema([("index", pa.int32()), ("token", pa.string())])


def a_night(people: int, seed: int = 1) -> pa.Table:
    """Identifiers of that many people, from lists of frequent names."""
    pick = random.Random(seed)
    first, last = sorted(People.first_names), sorted(People.last_names)
    rows = []
    for number in range(people):
        name = f"{pick.choice(first)} {pick.choice(last)}"
        rows += [
            ("name", name),
            ("email", f"{name.replace(' ', '.')}{number}@example.org"),
            ("phone", f"+1{pick.randint(2_000_000_000, 9_999_999_999)}"),
            ("id", f"user{pick.randint(10**5, 10**7)}"),
            ("id", f"{pick.getrandbits(128):032x}"),
            ("ip", f"{pick.randint(1, 223)}.{pick.randint(0, 255)}.{pick.randint(0, 255)}.7"),
        ]
    return seen(*rows)


def harmless(rows: int, seed: int = 2) -> list[str]:
    """Slugs of English words, products, dates, versions: what paths are made of."""
    pick = random.Random(seed)
    words = sorted(set(Lorem.word_list))
    shapes = (
        lambda w: f"/{w()}/{w()}-{w()}-{w()}.html",
        lambda w: f"/products/{w()}-{pick.randint(10**3, 10**8)}",
        lambda w: f"/{pick.randint(1990, 2020)}/{pick.randint(1, 12):02}/{w()}-{w()}",
        lambda w: f"id={pick.randint(1, 10**6)}&page={pick.randint(1, 99)}&q={w()}%20{w()}",
        lambda w: f"/{w().title()}{w().title()}/v{pick.randint(1, 9)}.{pick.randint(0, 20)}.1",
        lambda w: f"{w()}.{w()}.example.com",
    )
    return [pick.choice(shapes)(lambda: pick.choice(words)) for _ in range(rows)]


def test_harmless_vocabulary_is_left_alone():
    values = harmless(50_000)
    matches = prove(
        pa.table({"column": ["path"] * len(values), "value": values}),
        [dictionary_of(a_night(5_000), KEY)],
        KEY,
    )
    assert matches.num_rows <= 5  # one in ten thousand, and then it is replaced and counted


GROWTH = """
import sys
import pyarrow as pa
from weir.transforms.encrypted import read_encrypted
from weir.transforms.keys import Keyring
from weir.transforms.proof import prove

keys, few, many = sys.argv[1:]
keyring = Keyring.open(keys, "proof")
key = keyring.derive("proof", "dictionary")
strings = pa.table({"column": ["path"] * 1000, "value": [f"/books/{n}" for n in range(1000)]})

def grown(work):
    def peak():
        return int(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0]) // 1024
    before = peak()
    work()
    return peak() - before

grown(lambda: prove(strings, [few], key, keyring))  # all is loaded
print(grown(lambda: prove(strings, [many], key, keyring)))
print(grown(lambda: read_encrypted(many, keyring, "proof")))
"""


def test_memory_does_not_grow_with_the_identifiers(tmp_path):
    """Five million entries; `python -m benchmarks.proof` makes a night of ten million identifiers
    with the functions that a night calls."""
    create_keys(tmp_path / "keys", "proof")
    keyring = Keyring.open(tmp_path / "keys", "proof")
    mark = dictionary_of(seen(), keyring.derive("proof", "dictionary"))
    hashes = np.sort(np.random.default_rng(1).integers(0, 1 << 63, 5_000_000, np.uint64))
    many = pa.table([hashes, pa.repeat(pa.scalar("id"), len(hashes))], schema=DICTIONARY)
    for name, table in (("few", mark), ("many", pa.concat_tables([mark, many]))):
        write_encrypted(table, tmp_path / name, keyring, "proof")
    told = subprocess.run(
        [sys.executable, "-c", GROWTH, *(tmp_path / name for name in ("keys", "few", "many"))],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    proving, reading_it_whole = map(int, told.split())
    assert 2 * proving < reading_it_whole


def test_a_large_night_is_proved_in_seconds():
    rng = random.Random(3)
    identifiers = seen(*(("id", f"{rng.getrandbits(128):032x}") for _ in range(200_000)))
    dictionary = dictionary_of(identifiers, KEY)
    values = harmless(50_000)
    values[77] = f"/x/{identifiers['value'][5].as_py()}"
    started = time.perf_counter()
    matches = prove(pa.table({"column": ["p"] * 50_000, "value": values}), [dictionary], KEY)
    assert matches["value_index"].to_pylist() == [77]
    assert time.perf_counter() - started < 20  # 0.4 s on an idle core
