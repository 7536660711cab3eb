"""Values, paths and referrers, as ingest asks for them."""

import pyarrow as pa
import pytest

from weir.schemas.detect import FINDING, IDENTIFIER
from weir.transforms.detect import Detector

DETECTOR = Detector()


def values(*given, key=None, part="query"):
    key = pa.array(key) if isinstance(key, list) else key
    return DETECTOR.values(pa.array(given, pa.string()), key, part)


def paths(*given):
    return DETECTOR.paths(pa.array(given, pa.string()))


def referrers(*given):
    return DETECTOR.referrers(pa.array(given, pa.string()))


def test_a_personal_value_is_replaced_whole():
    assert values("write to joe@example.org please").clean.to_pylist() == ["{email}"]


def test_a_finding_says_why():
    (finding,) = values("x", "joe@example.org", key="q").findings.to_pylist()
    assert finding == {
        "index": 1,
        "entity": "email",
        "part": "query",
        "key": "q",
        "rule": "WebEmail",
        "score": 0.9,
        "why": "WebEmail recognized address (email)",
    }


def test_tables_have_their_schemas_even_when_empty():
    cleaned = values("harmless")
    assert cleaned.findings.schema == FINDING
    assert cleaned.identifiers.schema == IDENTIFIER
    assert cleaned.findings.num_rows == cleaned.identifiers.num_rows == 0


@pytest.mark.parametrize(
    ("path", "identified"),
    [
        ("/shop/amber-stone", []),  # two words that are names as well: closed, and no more
        ("/author/amber-stone", ["amber-stone"]),  # here the path says that somebody follows
        ("/by-amber-stone", ["amber-stone"]),
    ],
)
def test_a_name_is_looked_for_elsewhere_only_if_more_than_its_words_speak_for_it(path, identified):
    cleaned = Detector().paths(pa.array([path]))
    assert "{name}" in cleaned.clean[0].as_py()
    assert cleaned.identifiers["value"].to_pylist() == identified


def test_identifiers_are_decoded_and_distinct():
    cleaned = values("joe%40example.org", "joe@example.org", "x=joe@example.org")
    assert cleaned.identifiers.to_pylist() == [{"kind": "email", "value": "joe@example.org"}]


def test_an_identifier_with_a_plus_is_kept_both_ways():
    found = values("joe+news@example.org").identifiers["value"].to_pylist()
    assert "joe+news@example.org" in found


def test_each_value_is_judged_under_its_own_key():
    cleaned = values("jane", "jane", "jane", key=["fname", "colour", None])
    assert cleaned.clean.to_pylist() == ["{name}", "jane", "jane"]


def test_the_name_of_a_column_of_ours_decides_nothing():
    for raw in ("Acme Books", "Acme%20Books"):
        assert values(raw, key="customer", part="label").clean.to_pylist() == ["Acme Books"]
    assert values("joe@example.org", key="message", part="label").clean.to_pylist() == ["{email}"]


def test_nulls_and_empty_strings_stay():
    assert values(None, "", key="q").clean.to_pylist() == [None, ""]
    assert paths(None, "", "/").clean.to_pylist() == [None, "", "/"]
    assert values().clean.to_pylist() == paths().clean.to_pylist() == []


@pytest.mark.parametrize(
    "raw, clean",
    [
        ("caf%C3%A9+au+lait", "café au lait"),
        ("caf%25C3%25A9", "café"),
        ("ｆｕｌｌ", "full"),
        ("a&amp;b", "a&b"),
        ("a%0d%0aSet-Cookie", "a\ufffd\ufffdSet-Cookie"),
        ("{email}", "%7Bemail%7D"),
        ("%ff%fe", "\ufffd\ufffd"),
    ],
)
def test_a_harmless_value_crosses_decoded_without_control_characters_or_braces(raw, clean):
    assert values(raw).clean.to_pylist() == [clean]


def test_a_personal_segment_is_replaced_and_the_rest_of_the_path_stays():
    assert paths("/a/joe%40example.org/b").clean.to_pylist() == ["/a/{email}/b"]


def test_parameters_of_segments_are_dropped_always():
    given = "/shop;jsessionid=AB12/cart;v=1.2;x", "/;a=joe@example.org"
    assert paths(*given).clean.to_pylist() == ["/shop/cart", "/"]


def test_an_encoded_separator_stays_encoded_and_hides_nothing():
    cleaned = paths("/go/a%2Fb", "/go/x%2Fprofile%2Fjane-doe", "/go/a%3Bjsessionid%3DAB12")
    assert cleaned.clean.to_pylist() == ["/go/a%2Fb", "/go/{name}", "/go/{secret}"]


def test_the_segment_before_tells_what_a_number_is():
    given = "/product/2125550123", "/call/2125550123", "/release/120.0.1.2", "/ping/120.0.1.2"
    clean = ["/product/2125550123", "/call/{phone}", "/release/120.0.1.2", "/ping/{ip}"]
    assert paths(*given).clean.to_pylist() == clean


def test_the_last_segment_of_another_path_is_not_the_one_before():
    cleaned = paths("/joe@example.org/profile", "jdoe/joe@example.org", "profile/x")
    clean = ["/{email}/profile", "jdoe/{email}", "profile/{id}"]
    assert cleaned.clean.to_pylist() == clean


def test_the_segment_before_is_read_decoded():
    assert paths("/prof%69le/jane-doe").clean.to_pylist() == ["/profile/{name}"]


def test_a_finding_in_a_path_has_the_paths_index():
    cleaned = paths("/a", "/b/joe@example.org", "/c/joe@example.org/joe@example.org")
    assert cleaned.findings["index"].to_pylist() == [1, 2, 2]


@pytest.mark.parametrize(
    "url, domain, path",
    [
        ("https://www.Example.org/Books?q=joe@example.org#x", "example.org", "/Books"),
        ("https://joe:secret@example.org/", "example.org", "/"),
        ("http://example.org:8080", "example.org", "/"),
        ("http://192.0.2.1/x", "{ip}", "/x"),
        ("http://[2001:db8::1]:80/x", "{ip}", "/x"),
        ("http://3221225985/", "{ip}", "/"),
        ("http://0xC0000201/", "{ip}", "/"),
        ("https://192-0-2-77.dsl.example.net/", "{ip}", "/"),
        ("http://janes-laptop/x", None, "/x"),
        ("https://8f14e45fceea167a5a36dedd4bea2543.example.org/", None, "/"),
        ("https://m.example.org/profile/jane-doe", "m.example.org", "/profile/{name}"),
        ("https://example.org/a;jsessionid=1/b", "example.org", "/a/b"),
        ("https://bücher.example/", "bücher.example", "/"),
        ("android-app://com.example.reader/", "com.example.reader", "/"),
        ("-", None, None),
        ("joe@example.org", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_of_a_referrer_only_a_clean_domain_and_path_cross(url, domain, path):
    found = referrers(url)
    assert found.domain.clean.to_pylist() == [domain]
    assert found.path.clean.to_pylist() == [path]


def test_what_a_referrer_loses_is_counted():
    found = referrers("http://print-server/", "https://example.org/", "http://print-server/x")
    assert found.domain.findings["index"].to_pylist() == [0, 2]
    assert set(found.domain.findings["rule"].to_pylist()) == {"no_public_host"}


def test_a_thousand_values_are_the_same_together_and_alone():
    given = [f"joe{i}@example.org" if i % 3 else f"page-{i}" for i in range(300)]
    together = values(*given).clean.to_pylist()
    assert together == [values(one).clean[0].as_py() for one in given]


def test_threads_of_one_worker_share_an_engine_and_agree():
    from concurrent.futures import ThreadPoolExecutor

    given = [f"joe{i}@example.org" if i % 2 else f"212-555-{i:04}" for i in range(200)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: values(*given).clean.to_pylist(), range(8)))
    assert answers == [["{phone}", "{email}"] * 100] * 8
