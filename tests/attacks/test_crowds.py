"""Making a value look like a crowd's, and finding one visitor in it or over days and sites."""

import json
from datetime import date, timedelta

import pyarrow as pa
import pytest

from tests.attacks.test_releases import share_of
from tests.pipelines.a_store import a_hit, a_night, a_policy, the_edition, visitors
from weir.pipelines.disclose import disclose
from weir.pipelines.editions import read_edition
from weir.transforms import recognise as recognise_module
from weir.transforms.keys import Keyring, create_keys, public_key_path
from weir.transforms.recognise import DayKeys, encipher

SECRET = "/books/the-diary-of-one"
TARGET = visitors(1, 900, path=SECRET)
MANY = visitors(300, path="/books/one")


def paths_of(base, hits, **rule):
    policy = a_policy()
    pages = policy.rule("pages").model_copy(update=rule)
    policy = policy.model_copy(update={"disclosure": {**policy.disclosure, "pages": pages}})
    night = a_night(base, hits, policy=policy)
    disclose(night)
    return {row["path"] for row in the_edition(night, "pages", by="path")}


def forged(networks):
    """An attacker's 50 cookies on some networks ask for a page that one visitor has seen."""
    return [a_hit(1000 + n, path=SECRET, net=n % networks) for n in range(50)]


class TestPumpedUp:
    """50 forged cookies lift a page over k, and so tell that it is there."""

    def test_one_network_is_no_crowd(self, tmp_path):
        assert SECRET not in paths_of(tmp_path, [*MANY, *TARGET, *forged(1)])

    def test_if_only_cookies_were_counted_it_would_be(self, tmp_path):
        assert SECRET in paths_of(tmp_path, [*MANY, *TARGET, *forged(1)], networks=1)


class TestRarity:
    """A page that few have seen is named by no edition, whoever knows to look for it."""

    FEW = visitors(49, 2000, path=SECRET)

    def test_a_rare_path_is_not_named(self, tmp_path):
        assert SECRET not in paths_of(tmp_path, [*MANY, *self.FEW])

    def test_if_k_were_small_it_would_be(self, tmp_path):
        assert SECRET in paths_of(tmp_path, [*MANY, *self.FEW], k=2)


class TestALoneClick:
    """A link that was mailed to one person. Whether she followed it, a release does not tell, and
    no count of what is left out of it."""

    HER = (a_hit(900, campaign="for-you-7", referrer_kind="email"),)

    @staticmethod
    def told(base, hits):
        """Rows of `campaigns` that are left out, which stay inside; all that leaves of it."""
        night = a_night(base, hits)
        disclose(night)
        made = read_edition(night.store, night.day, public_key_path(night.config.base / "keys"))
        left_out = sum(t.suppressed for t in made.tables if t.table == "campaigns")
        manifest = json.loads((share_of(night) / "manifest.json").read_bytes())
        return left_out, [t for t in manifest["tables"] if t["table"] == "campaigns"]

    def test_it_is_not_counted_outside_among_what_is_left_out(self, tmp_path):
        (inside_with, with_her), (inside_without, without) = (
            self.told(tmp_path / name, [*visitors(120), *more])
            for name, more in (("with", self.HER), ("without", visitors(1, 900)))
        )
        assert inside_with > inside_without, "or there is nothing to hide"
        assert with_her == without != []


class TestLinkage:
    """Events of two days, or of two sites: the same cookie must not be the same visitor."""

    DAYS = (date(2008, 4, 22), date(2008, 4, 23))

    @pytest.fixture
    def keyring(self, tmp_path):
        create_keys(tmp_path / "keys")
        return Keyring.open(tmp_path / "keys", "pseudonyms", "linkage", "proof")

    @staticmethod
    def seen(keyring, site, day):
        """Pseudonyms of 1,000 cookies on a site and day, as events have them."""
        keys = DayKeys.of(keyring, site, day)
        cookies = pa.array([f"cookie-{n}" for n in range(1000)])
        hashes = recognise_module.keyed_hash(cookies, keys.root)
        return set(encipher(hashes, keys.day).to_pylist())

    def test_two_days_and_two_sites_share_no_pseudonym(self, keyring):
        first, second = (self.seen(keyring, "www", day) for day in self.DAYS)
        assert len(first) == 1000
        assert not first & second
        assert not first & self.seen(keyring, "shop", self.DAYS[0])

    def test_with_one_key_for_all_of_them_they_are_the_same(self, keyring, monkeypatch):
        derive = Keyring.derive
        monkeypatch.setattr(
            Keyring, "derive", lambda self, purpose, *context: derive(self, purpose, "always")
        )
        first, second = (self.seen(keyring, "www", day) for day in self.DAYS)
        assert first == second == self.seen(keyring, "shop", self.DAYS[0])

    def test_a_week_is_another_pseudonym_than_its_days(self, keyring):
        keys = DayKeys.of(keyring, "www", self.DAYS[0])
        assert len({keys.root, keys.day, keys.week, keys.month}) == 4
        assert DayKeys.of(keyring, "www", self.DAYS[0] + timedelta(days=7)).week != keys.week
