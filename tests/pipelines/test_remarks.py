"""What is said of a release that went to whom only the sample knows."""

from types import SimpleNamespace

import pytest
from tests.e2e.sample import DAY
from tests.e2e.small import a_place

from weir.pipelines import remarks
from weir.pipelines.remarks import of_actions, of_recipients
from weir.schemas.config import Config

RELEASES = ["/store/shared/acme-ads/2008-04-22_2008-04-22_0123"]


def a_config(host, policy="strict"):
    return Config.model_validate(
        {
            "policy": policy,
            "sites": [{"name": "www", "host": host}],
            "sources": [{"name": "web", "kind": "log", "site": "www", "path": "in/a"}],
        }
    )


def test_the_samples_advertiser_is_told_to_whoever_has_a_site_of_their_own():
    (told,) = of_recipients(a_config("www.semicomplete.com"), RELEASES)
    assert told.startswith("acme-ads is the sample's advertiser, and nobody of yours")
    assert "recipients: []" in told


@pytest.mark.parametrize(
    ("host", "policy", "releases"),
    [
        ("www.example.com", "strict", RELEASES),
        (["www.example.com", "shop.example"], "strict", RELEASES),
        ("www.semicomplete.com", "policy.yaml", RELEASES),
        ("www.semicomplete.com", "strict", []),
    ],
    ids=["the_sample", "its_shop", "a_policy_of_ones_own", "nothing_shared"],
)
def test_nobody_else_is_told_of_it(host, policy, releases):
    assert of_recipients(a_config(host, policy), releases) == []


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ([("www", "script", "page", 17, 0)], ["none of 17 pages that a script told of www"]),
        ([("www", "script", "page", 17, 0), ("www", "log", "page", 5, 5)], []),
        ([("www", "log", "page", 5, 0)], []),
        ([("www", "script", "page", 17, 17)], []),
        ([("www", "script", "other", 1234, 0)], ["none of 1,234 script events of www"]),
        ([("www", "tag", "other", 5, 0), ("www", "tag", "click", 1, 0)], []),
        ([("www", "log", "other", 5, 0), ("shop", "tag", "other", 1, 0)], []),
        ([], []),
    ],
    ids=["no_log", "a_log_too", "only_failures", "counted", "no_action", "one", "of_logs", "none"],
)
def test_what_no_table_counts_is_told(monkeypatch, tmp_path, found, told):
    store = a_place(tmp_path / "p").store
    monkeypatch.setattr(remarks, "rows", lambda *_: found)
    said = of_actions(SimpleNamespace(root=store), DAY, a_config("www.weir.net").sites)
    assert [line.split(" is counted")[0].split(" names")[0] for line in said] == told


def test_a_night_and_a_release_of_a_real_site_tell_it(tmp_path):
    place = a_place(tmp_path / "p")
    place.config.write_text(place.config.read_text().replace("www.example.com", "www.weir.net"))
    night = place.weir("run", "-c", str(place.config), "-d", DAY)
    assert "! acme-ads is the sample's advertiser" in night
    place.weir("share", "-c", str(place.config), "-d", DAY)
    assert "weir: acme-ads is the sample's" in str(place.said)
