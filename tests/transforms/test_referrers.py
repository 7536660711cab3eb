"""Referrers have a kind: by the lists, the configuration, and the page's own address."""

# ruff: noqa: E501 (tables of cases)
import pyarrow as pa
import pytest

from weir.schemas.tables import read_tables
from weir.transforms.disclose.labels import registrable as told
from weir.transforms.domains import before_suffix, registrable
from weir.transforms.referrers import kinds_of, places, with_campaigns
from weir.transforms.technology import vocabulary


def kind(host: str | None, **who: tuple[str, ...]) -> str:
    given = {"ours": ("www.example.com",), "partners": ()} | who
    return kinds_of(pa.array([host], pa.string()), **given).to_pylist()[0]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("google.com", "search"), ("google.co.uk", "search"), ("images.google.com.br", "search"),
        ("com.google.android.googlequicksearchbox", "search"), ("uk.search.yahoo.com", "search"),
        ("search.yahoo.co.jp", "search"), ("yandex.com.tr", "search"), ("bing.com", "search"),
        ("duckduckgo.com", "search"), ("search.brave.com", "search"), ("search.seznam.cz", "search"),
        ("mail.google.com", "email"), ("com.google.android.gm", "email"), ("deref-gmx.net", "email"),
        ("outlook.live.com", "email"), ("gemini.google.com", "ai"), ("chatgpt.com", "ai"),
        ("chat.openai.com", "ai"), ("perplexity.ai", "ai"), ("claude.ai", "ai"),
        ("copilot.microsoft.com", "ai"), ("you.com", "ai"), ("l.facebook.com", "social"), ("t.co", "social"),
        ("old.reddit.com", "social"), ("pinterest.co.uk", "social"), ("web.telegram.org", "social"),
        ("docs.google.com", "other"), ("news.yahoo.com", "other"), ("example.net", "other"),
        ("google.example.net", "other"), ("notgoogle.com", "other"), ("{ip}", "other"), (None, "other"),
        ("example.com", "internal"),
    ],
)  # fmt: skip
def test_a_host_is_a_kind_of_place(host: str | None, expected: str) -> None:
    assert kind(host) == expected
    assert expected in places().names


def test_partners_are_domains_with_all_below_them() -> None:
    partners = ("www.partner.example", "google.com")
    told = [kind(h, partners=partners) for h in ("shop.partner.example", "partner.example", "google.com", "partner.example.net")]  # fmt: skip
    assert told == ["partner", "partner", "partner", "other"]


def test_a_site_of_ours_is_internal_even_if_it_is_listed() -> None:
    assert kind("example.com", ours=("example.com",), partners=("example.com",)) == "internal"


def test_a_campaign_counts_more_than_the_place_but_not_within_the_site() -> None:
    kinds = pa.array(["search", None, "internal", "partner", "social"])
    campaign = pa.array([True, True, True, True, False])
    told = with_campaigns(kinds, campaign).to_pylist()
    assert told == ["campaign", "campaign", "internal", "campaign", "social"]


def test_no_host_stands_in_two_lists() -> None:
    import yaml

    from weir.transforms import referrers

    text = (referrers.files("weir.schemas") / "referrers.yaml").read_text()
    hosts = [h for facts in yaml.safe_load(text)["kinds"].values() for h in facts["hosts"].split()]
    assert sorted(hosts) == sorted(set(hosts))
    assert all(host == host.lower() for host in hosts)


def test_domains_are_what_somebody_registered() -> None:
    hosts = ("a.b.example.co.uk", "example.com", "192.0.2.1", "co.uk", "x.y.example")
    assert [registrable(h) for h in hosts] == ["example.co.uk", "example.com", None, None, "y.example"]  # fmt: skip
    assert before_suffix("mail.google.co.uk") == "mail.google"
    assert before_suffix("localhost") == ""


def test_the_tables_know_every_kind_and_device() -> None:
    tables = read_tables()
    assert set(tables["referrers"].dimensions["kind"].values) == set(places().names)
    devices = [name for name, _ in vocabulary().devices]
    told = set(tables["technology"].dimensions["device"].values)
    assert told == {*devices, "desktop", "bot", "other"}


def test_an_app_is_told_by_its_package_and_not_as_somebodys_domain() -> None:
    hosts = pa.chunked_array([["com.google.android.gm", "mail.google.com", "com.example.org"]])
    assert told(hosts).to_pylist() == ["com.google.android.gm", "google.com", "example.org"]
    assert all(kind(app) != "other" for app in places().apps)
    assert "google.com" not in places().apps
