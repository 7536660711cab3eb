"""What a request target says."""

import pyarrow as pa
import pytest

from weir.transforms.targets import cookie, kinds, split_targets, url_sessions


def split(target: str | None) -> tuple[str | None, str | None]:
    path, query = split_targets(pa.array([target], pa.string()))
    return path[0].as_py(), query[0].as_py()


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/a/b?x=1", "/a/b", "x=1"),
        ("/a", "/a", None),
        ("/a?", "/a", ""),
        ("/a?b=c?d", "/a", "b=c?d"),
        ("/a#part?x", "/a", None),
        ("http://www.example.com/a?x=1", "/a", "x=1"),
        ("http://www.example.com", "", None),
        ("*", "*", None),
        (None, None, None),
    ],
)
def test_a_target_is_path_and_query(target: str, path: str, query: str) -> None:
    assert split(target) == (path, query)


@pytest.mark.parametrize(
    ("target", "session"),
    [
        ("/cart;jsessionid=0A1B2C?x=1", "0A1B2C"),
        ("/cart;JSESSIONID=0A1B2C", "0A1B2C"),
        ("/cart?dyn_session=77", "77"),
        ("/cart?x=1&jsessionid=9", "9"),
        ("/cart;jsessionid=0A/next", "0A"),
        ("/jsessionid=5", None),
        ("/cart?xjsessionid=5", None),
        ("/cart", None),
    ],
)
def test_a_url_carries_a_session(target: str, session: str | None) -> None:
    paths, queries = split_targets(pa.array([target]))
    assert url_sessions(paths, queries, ("jsessionid", "dyn_session")).to_pylist() == [session]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "page"),
        ("/books/rivers.html", "page"),
        ("/checkout.jhtml", "page"),
        ("/style.CSS", "asset"),
        ("/style.css;v=2", "asset"),
        ("/a.tar.gz", "download"),
        ("/favicon.ico", "asset"),
        ("/v1.2/", "page"),
        (None, "other"),
    ],
)
def test_the_extension_tells_pages_from_parts_of_pages(path: str, kind: str) -> None:
    assert kinds(pa.array([path], pa.string())).to_pylist() == [kind]


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("ID=7; other=1", "7"),
        ("other=1; ID=7", "7"),
        ("other=1;ID=7", "7"),
        ('ID="7"', "7"),
        ("XID=7", None),
        ("ID=", None),
        ("ID=-", None),
        (None, None),
    ],
)
def test_a_cookie_is_found_by_its_whole_name(header: str, value: str | None) -> None:
    assert cookie(pa.array([header], pa.string()), "ID").to_pylist() == [value]
