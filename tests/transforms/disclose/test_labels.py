"""What a value is called outside."""

import pyarrow as pa
import pytest

from weir.transforms.disclose.labels import on_route, public, registrable, untyped


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("jane.blog.example.com", "example.com"),
        ("www.example.co.uk", "example.co.uk"),
        ("www.find.example", "find.example"),
        ("co.uk", "(other)"),
        ("{…}.example", "(other)"),
        ("a..example", "(other)"),
        ("203.0.113.7", "(other)"),
        ("2001:db8::ab", "(other)"),
        ("intranet", "(other)"),
        ("{…}", "(other)"),
        ("(none)", "(none)"),
    ],
)
def test_a_host_is_told_as_its_registrable_domain(host, domain):
    assert registrable(pa.chunked_array([[host]])).to_pylist() == [domain]


@pytest.mark.parametrize(
    ("pattern", "path", "on"),
    [
        ("/books/*", "/books/one", True),
        ("/books/*", "/books/one/reviews", False),
        ("/books/*", "/books", False),
        ("/books/*.html", "/books/a.html", True),
        ("/books/*.html", "/books/axhtml", False),
        ("/help/**", "/help", True),
        ("/help/**", "/help/a/b", True),
        ("/help/**", "/helpers", False),
        ("/", "/", True),
        ("/", "/x", False),
    ],
)
def test_a_route_is_what_it_looks_like(pattern, path, on):
    assert on_route(pa.chunked_array([[path]]), pattern).to_pylist() == [on]


def test_a_route_is_public_on_its_own_site_only():
    sites, paths = pa.chunked_array([["www", "shop"]]), pa.chunked_array([["/a", "/a"]])
    assert public(sites, paths, {"www": ("/a",)}).to_pylist() == ["/a", "(other)"]


def test_no_routes_no_pages():
    sites, paths = pa.chunked_array([["www"]]), pa.chunked_array([["/a"]])
    assert public(sites, paths, {}).to_pylist() == ["(other)"]


@pytest.mark.parametrize("before", ["sha256:", "commit=", "/static/app-", "/x/", ""])
def test_what_may_be_the_hash_of_an_address_is_called_as_one_that_is(before):
    values = pa.chunked_array([[f"{before}{'0aF3' * 8}.js", f"{before}{'0aF3' * 7}.js"]])
    hidden, shown = untyped(values).to_pylist()
    assert hidden == ("/{…}" if before.startswith("/") else "{…}")
    assert shown == values[1].as_py()


def test_the_kind_of_a_placeholder_is_not_told():
    values = pa.chunked_array([["/u/{email}/{phone_number}"]])
    assert untyped(values).to_pylist() == ["/u/{…}/{…}"]
