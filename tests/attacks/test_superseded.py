"""Two editions of one date: before and after somebody objected, before and after a late file.

Whoever has both subtracts. So a second one is made only where the difference tells of crowds.
"""

import pytest

from tests.attacks.subtracting import of
from tests.attacks.superseding import judged, refused, total
from tests.pipelines.a_store import a_hit, few_tables, the_edition, visitors
from weir.pipelines import supersede as supersede_module
from weir.pipelines.supersede import supersede

K = 50


@pytest.fixture(autouse=True, scope="module")
def _one_table():
    with few_tables("traffic"):
        yield


@pytest.fixture
def technology():
    with few_tables("traffic", "technology"):
        yield


def grown(night, whole, part):
    """What a number less another one grew by when the edition was superseded. Each: table, what it
    is broken out by, the value, the measure."""

    def rest():
        one, other = (
            of(the_edition(night, table), by, measure)[value]
            for table, by, value, measure in (whole, part)
        )
        return one - other

    before = rest()
    assert supersede(night).made
    return rest() - before


class TestAnObjection:
    """Five people object; 305 becomes 300, which rounding tells as 310 and 300."""

    def test_the_edition_stays(self, twice):
        night = twice(visitors(305), visitors(300))
        assert "traffic (" in refused(night)
        assert total(night) == 310

    def test_if_nobody_looked_the_two_editions_would_tell(self, twice, monkeypatch):
        monkeypatch.setattr(supersede_module, "too_few", lambda *_, **__: 0)
        night = twice(visitors(305), visitors(300))
        supersede(night)
        assert total(night) == 300

    def test_a_crowd_that_comes_does_not_cover_for_ten_who_go(self, twice):
        night = twice(visitors(300), visitors(350, 10))
        refused(night)

    def test_as_many_who_come_as_go_are_no_change_that_can_be_seen(self, twice):
        night = twice(visitors(300), visitors(300, 10))
        assert not supersede(night).made


class TestALateFile:
    def test_a_crowd_may_come_late(self, twice):
        night = twice(visitors(300), visitors(300 + K))
        assert supersede(night).made
        assert total(night) == 350

    def test_one_short_of_a_crowd_may_not(self, twice):
        night = twice(visitors(300), visitors(300 + K - 1))
        refused(night)

    def test_if_nobody_looked_the_two_editions_would_tell(self, twice, monkeypatch):
        monkeypatch.setattr(supersede_module, "too_few", lambda *_, **__: 0)
        night = twice(visitors(300), visitors(310))
        supersede(night)
        assert total(night) == 310

    @pytest.mark.usefixtures("technology")
    def test_nor_may_ten_of_it_come_to_a_page_of_their_own(self, twice):
        """Of 60 who come late ten are on a page that was told before: it says so itself."""
        first = [*visitors(300), *visitors(100, 300, browser="Opera")]
        late = [*visitors(50, 400), *visitors(10, 450, browser="Opera")]
        told = refused(twice(first, [*first, *late]))
        assert "technology (" in told
        assert "traffic" not in told

    @pytest.mark.usefixtures("technology")
    def test_nor_to_one_that_is_left_out(self, twice):
        """60 come late, 58 by what is told and two by what is not: total less the rest tells."""
        first = [
            *visitors(300), *visitors(90, 300, browser="Opera"), *visitors(7, 400, browser="Lynx")
        ]  # fmt: skip
        late = [*visitors(58, 500), *visitors(2, 600, browser="Lynx")]
        assert "technology (" in refused(twice(first, [*first, *late]))

    def test_more_of_the_same_people_is_a_change_of_theirs(self, twice):
        """Nobody comes or goes; one visitor has thirty pages more."""
        more = [a_hit(1, path=f"/books/{number}") for number in range(30)]
        told = refused(twice(visitors(300), [*visitors(300), *more]))
        assert "traffic (" in told


class TestMeasuresBesideEachOther:
    """Visitors are those with a cookie, with a session, and by network: 500 of 400, 20 and 80."""

    FIRST = (
        *visitors(400), *visitors(20, 400, basis="url_session"),
        *visitors(80, 500, basis="network"),
    )  # fmt: skip

    @pytest.mark.parametrize(
        ("basis", "count", "made"), [("url_session", 29, False), ("network", K, True)]
    )
    def test_what_the_sum_less_its_told_parts_grew_by_is_a_crowd(self, twice, basis, count, made):
        """A hundred come late with a cookie, and 29 by what nothing is told of."""
        late = [*visitors(100, 600), *visitors(count, 700, basis=basis)]
        night = twice(self.FIRST, [*self.FIRST, *late])
        judged(night, made, "traffic (")

    def test_if_nobody_looked_the_editions_would_tell(self, twice, monkeypatch):
        monkeypatch.setattr(supersede_module, "too_few_between", lambda *_: {})
        late = [*visitors(100, 600), *visitors(29, 700, basis="url_session")]
        night = twice(self.FIRST, [*self.FIRST, *late])
        names = ("visitors", "visitors_cookie")
        assert 0 < grown(night, *(("traffic", "total", "", name) for name in names)) < K


class TestMailsBesideEachOther:
    """Sent is delivered and bounced: 403 of 400 and three, of whom nothing is told."""

    @staticmethod
    def mails(count, start, outcome):
        hits = visitors(count, start, action="email_sent", outcome=outcome, message="spring")
        kept = {"pageview": False, "channel": "email"}
        return [hit | kept | {"recipient": hit["visitor"]} for hit in hits]

    @pytest.mark.parametrize(("bounced", "made"), [(2, False), (0, True)])
    def test_what_came_back_late_is_a_crowd(self, twice, bounced, made):
        with few_tables("email"):
            first = [*self.mails(400, 0, "delivered"), *self.mails(3, 400, "bounced")]
            late = [*self.mails(100, 600, "delivered"), *self.mails(bounced, 700, "bounced")]
            night = twice(first, [*first, *late])
            assert of(the_edition(night, "email"), "total", "sent")[""] == 400
            assert not of(the_edition(night, "email"), "total", "bounced")
            judged(night, made, "email (")


class TestTablesBesideEachOther:
    """A campaign's visitors are some of all."""

    @staticmethod
    def late(twice, others):
        first = [*visitors(300), *visitors(100, 300, campaign="spring")]
        late = [*visitors(100, 600, campaign="spring"), *visitors(others, 700)]
        return twice(first, [*first, *late])

    @pytest.fixture(autouse=True)
    def _campaigns(self):
        with few_tables("traffic", "campaigns"):
            yield

    @pytest.mark.parametrize(("others", "made"), [(29, False), (K, True)])
    def test_what_the_whole_less_its_part_grew_by_is_a_crowd(self, twice, others, made):
        night = self.late(twice, others)
        judged(night, made, "traffic (")

    def test_if_nobody_looked_the_editions_would_tell(self, twice, monkeypatch):
        monkeypatch.setattr(supersede_module, "too_few_between", lambda *_: {})
        spring = ("campaigns", "campaign", "spring", "visitors")
        night = self.late(twice, 29)
        assert 0 < grown(night, ("traffic", "total", "", "visitors"), spring) < K


@pytest.mark.usefixtures("technology")
def test_what_one_edition_leaves_out_is_not_to_be_had_from_the_other(twice, monkeypatch):
    """60 come late by Opera. Before, Opera went to protect Lynx; now a rarer one could, and who
    has both editions would know that one from the first and Lynx from the second."""
    first = [
        *visitors(300), *visitors(90, 300, browser="Opera"),
        *visitors(100, 400, browser="Safari"), *visitors(7, 500, browser="Lynx"),
    ]  # fmt: skip
    late = visitors(60, 600, browser="Opera")
    night = twice(first, [*first, *late])
    assert "derived from both" in refused(night)
    monkeypatch.setattr(supersede_module, "opened_by_both", lambda *_: ())
    before = {row["browser"] for row in the_edition(night, "technology", by="browser")}
    supersede(night)
    after = {row["browser"] for row in the_edition(night, "technology", by="browser")}
    assert {"Opera"} == after - before
    assert {"Safari"} == before - after
