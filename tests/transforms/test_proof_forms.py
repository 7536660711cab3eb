"""From which length on an identifier enters the proof's dictionary (docs/reference/proof.md): one
character less, and it does not."""

import hashlib

import pyarrow as pa
import pytest

from weir.transforms.proof import normal_forms, tokens


def forms(kind: str, value: str) -> set[str]:
    return set(normal_forms(kind, pa.array([value]))["form"].to_pylist())


LEAST = [  # kind, one that enters, one that does not
    ("id", "735102946817", "73510294681"),  # digits alone: 12
    ("id", "marblefalconharborlime", "marblefalconharborlim"),  # letters alone: 22
    ("id", "bcdfghjkaz", "bcdfghkaz"),  # 10, if under a fifth are vowels
    ("id", "bcdfghjkaz", "bcdfghjaez"),
    ("id", "summer20081", "summer2008"),  # a word and a number: 5
    ("id", "20081summer", "2008summer"),
    ("id", "a1b2cdef3", "a1b2cdefg"),  # other mixtures: 3 digits
    ("id", "a1bcdefg2h", "a1bcdefg2"),  # 2 apart from each other in 10 characters
    ("id", "abcdefg1hijklmno", "abcdefg1hijklmn"),  # any in 16
    ("id", "a1b2c3d4", "a1b2c3d"),  # 8 characters
    ("secret", "summer20081", "summer2008"),
    ("hash", "735102946817", "73510294681"),
    ("phone", "212555012", "21255501"),
    ("card", "411111111111", "41111111111"),
    ("iban", "no9386011117947", "no93860111179"),
    ("ssn", "078051120", "07805112"),
    ("mac", "00f0aa0aaafa", "00f0aa0aaaf"),
    ("name", "Jo Aber", "Jo Abe"),
    ("name", "A B C Bee Deer", "A B C D Bee Deer"),
    ("name", "Ann Bee Cee Deer", "Ann Bee Cee Dee Deer"),
]  # fmt: skip


@pytest.mark.parametrize("kind, enters, stays_out", LEAST)
def test_a_character_less_and_it_stays_out(kind: str, enters: str, stays_out: str) -> None:
    assert enters.lower() in forms(kind, enters) or kind == "name"
    assert not forms(kind, stays_out)


def test_a_number_dialled_abroad_is_hashed_as_it_is_dialled_and_without_zeros() -> None:
    for digits in ("00442079460123", "442079460123", "2079460123"):
        assert hashlib.md5(digits.encode()).hexdigest() in forms("phone", "0044 20 7946 0123")


def test_two_words_are_glued_from_ten_letters_on() -> None:
    assert "janedoeber" in forms("name", "Jane Doeber")
    assert "janedoebe" not in forms("name", "Jane Doebe")


def test_pieces_of_an_id_enter_from_twelve_characters_on() -> None:
    assert "a1b2c3d4e5f6" in forms("id", "v=a1b2c3d4e5f6;w")
    assert "a1b2c3d4e5f" not in forms("id", "v=a1b2c3d4e5f;w")


@pytest.mark.parametrize(
    "text, form",
    [
        ("/x/a1b2c3d4/y", "a1b2c3d4"),  # a token of 8
        ("1-2-3-4-5-6-7-8-9-0", "1234567890"),  # runs of 10
        ("jo ann bee deer", "jo ann bee deer"),  # runs of 4 words
        ("a1b2-c3d4", "a1b2c3d4"),  # a run of 8 characters
        ("ab1c-d2e3", "ab1cd2e3"),  # with 3 digits
        ("joe @ example.org", "joe@example.org"),
        ("joe@example.org-2008", "joe@example.org"),
        ("192_0_2_7", "192.0.2.7"),
        ("uida1b2c3d4", "a1b2c3d4"),
        ("x212555012y", "212555012"),  # glued to letters: 9 digits
        ("za1b2c3d4e5f6a1b2y", "a1b2c3d4e5f6a1b2"),  # 16 of a hash
    ],
)
def test_a_text_is_looked_up_by(text: str, form: str) -> None:
    assert form in tokens(pa.array([text]))["token"].to_pylist()


@pytest.mark.parametrize(
    "text, form",
    [
        ("/x/a1b2c3d/y", "a1b2c3d"),
        ("a1b2-c3d", "a1b2c3d"),
        ("ab1c-d2ef", "ab1cd2ef"),
        ("1/2/3/4/5/6/7/8/9/0/1", "12345678901"),
        ("jo ann bee cee deer", "jo ann bee cee deer"),
        ("192_0_2_256", "192.0.2.256"),
    ],
)
def test_a_text_is_not_looked_up_by(text: str, form: str) -> None:
    assert form not in tokens(pa.array([text]))["token"].to_pylist()
