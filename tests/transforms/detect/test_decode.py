"""What a value says once its encodings are undone."""

import base64
import sys
import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weir.transforms.detect.text.decode import decode, safe


@pytest.mark.parametrize(
    "raw, text",
    [
        ("a%20b", "a b"),
        ("a%2520b", "a b"),
        ("%u0041", "A"),
        ("\\u0041\\x42", "AB"),
        ("&#64;&#x40;&amp;", "@@&"),
        ("ｊｏｅ＠", "joe@"),
        ("%C3%28", "\ufffd("),
        ("100%", "100%"),
        ("%zz", "%zz"),
        ("a=1&copy=2", "a=1&copy=2"),
        ("\\ud800", "\ufffd"),
    ],
)
def test_a_value_is_decoded_until_it_settles(raw, text):
    decoded = decode(raw, "path")
    assert decoded.views[0] == text
    assert decoded.settled


def test_digits_of_every_script_are_read():
    digits = [c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) == "Nd"]
    assert len(digits) > 600
    plain = "".join(str(unicodedata.digit(c)) for c in digits)
    assert decode("".join(digits), "path").views[0] == plain


def test_a_plus_is_a_space_in_a_form_and_both_ways_of_reading_are_looked_at():
    assert decode("a+b", "query").views == ("a b", "a+b")
    assert decode("a+b", "path").views == ("a+b",)


@given(st.integers(1, 4))
def test_layers_of_base64_are_looked_into(layers):
    value = b"joe@example.org"
    for _ in range(layers):
        value = base64.b64encode(value)
    assert "joe@example.org" in decode(value.decode()).views


def test_base64_that_goes_on_and_on_does_not_settle():
    value = b"joe@example.org"
    for _ in range(8):
        value = base64.urlsafe_b64encode(value)
    assert not decode(value.decode()).settled


@given(st.text())
def test_what_was_encoded_is_read_again(text):
    once = decode(quote(text, errors="replace"), "path")
    assert once.settled or "%" in text or "&" in text or "\\" in text


@given(st.text())
def test_what_crosses_has_no_control_characters_and_no_braces(text):
    clean = safe(text)
    assert not [c for c in clean if ord(c) < 32 or 127 <= ord(c) < 160 or c in "{}\u202e\u200b"]
    clean.encode()


@pytest.mark.parametrize("end", ["", " and more"])
def test_base32_is_looked_into(end):
    run = base64.b32encode(b"joe.bloggs@example.org").decode()
    assert any("joe.bloggs@example.org" in view for view in decode(run + end, "text").views)


@pytest.mark.parametrize(
    "word",
    ["=?utf-8?B?am9lLmJsb2dnc0BleGFtcGxlLm9yZw==?=", "=?iso-8859-1?Q?joe.bloggs=40example.org?="],
)
def test_encoded_words_of_mail_headers_are_looked_into(word):
    views = decode(f"Re: {word} again", "text").views
    assert any("Re: joe.bloggs@example.org again" in view for view in views)
