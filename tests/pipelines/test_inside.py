"""What is for analysts stays with them; what may leave does so as crowds."""

from a_store import a_hit, a_night, a_policy, an_id, the_edition, visitors

from weir.pipelines.disclose import disclose
from weir.pipelines.editions import read_edition
from weir.schemas.tables import read_tables
from weir.transforms.keys import public_key_path


def rows_of(base, hits, table, policy=None, **where):
    night = a_night(base, hits, policy=policy or a_policy())
    disclose(night)
    return the_edition(night, table, **where)


def test_what_is_for_analysts_is_in_no_edition(tmp_path):
    night = a_night(tmp_path, visitors(100, status=404, bot=None))
    disclose(night)
    edition = read_edition(night.store, night.day, public_key_path(tmp_path / "keys"))
    inside = {name for name, spec in read_tables().items() if spec.inside}
    assert inside == {"attribution", "bots", "errors", "quality", "searches"}
    assert {entry.table for entry in edition.tables} == set(read_tables()) - inside


def test_a_call_of_nobody_known_is_in_no_edition_and_a_crowd_of_callers_is(tmp_path):
    call = {"channel": "script", "action": "call", "pageview": False, "outcome": "connected",
            "duration_s": 60}  # fmt: skip
    nobody = call | {"basis": "network", "netblock": None}
    hits = [*visitors(80, **call), *(a_hit(500, **nobody) for _ in range(60))]
    (total,) = rows_of(tmp_path, hits, "calls", by="total")
    assert (total["calls"], total["visitors"], total["duration_s"]) == (80, 80, 4800)


def test_a_frequency_that_few_have_is_left_out_with_what_would_tell_it(tmp_path):
    shown = {"channel": "tag", "action": "impression", "pageview": False, "campaign": "spring"}
    hits = [
        *visitors(200, **shown),
        *(hit for hit in visitors(90, 200, **shown) for _ in range(2)),
        *(hit for hit in visitors(10, 300, **shown) for _ in range(12)),
    ]
    rows = rows_of(tmp_path, hits, "reach_frequency", campaign="spring")
    bands = {row["shown"]: row["visitors"] for row in rows}
    assert "11+" not in bands
    assert bands[None] == 300
    assert not {"1", "2"} <= set(bands)


def test_a_file_is_named_outside_only_on_a_declared_route(tmp_path):
    fetched = {"action": "download", "pageview": False}
    hits = [*visitors(100, path="/books/a.pdf", **fetched),
            *visitors(100, 100, path="/private/b.pdf", **fetched)]  # fmt: skip
    rows = rows_of(tmp_path, hits, "downloads", by="path")
    assert {row["path"]: row["downloads"] for row in rows} == {"/books/a.pdf": 100, "(other)": 100}


def test_what_machines_opened_is_in_no_edition(tmp_path):
    def opened(first, **more):
        return [
            a_hit(n, channel="tag", action="email_open", pageview=False, message="news",
                  recipient=an_id("recipient", n), **more)
            for n in range(first, first + 100)
        ]  # fmt: skip

    hits = [*opened(0), *opened(100, bot="mail_proxy")]
    (total,) = rows_of(tmp_path, hits, "email", by="total")
    assert (total["opens"], total["unique_opens"]) == (100, 100)
    assert "machine_opens" not in total


def test_cities_of_a_crowd_are_named(tmp_path):
    hits = [*visitors(100, country="US", city="Boston", isp="Example Net"),
            *visitors(70, 100, country="US", city="Salem"),
            *visitors(60, 200, country="GR", city="Volos")]  # fmt: skip
    rows = rows_of(tmp_path, hits, "cities", by="city")
    assert {row["city"]: row["visitors"] for row in rows} == {
        "Boston": 100, "Salem": 70, "Volos": 60
    }  # fmt: skip
