"""Who objects is in no edition made from then on, and who was erased from the sources is gone
from what a date holds when it was run again: docs/how-to/objections-and-erasure.md."""

from datetime import date
from pathlib import Path

from tests.e2e.sample import DAY, Place
from tests.e2e.small import a_line, a_place, lines, register
from weir.pipelines.night import Night
from weir.schemas.config import Config
from weir.transforms.encrypted import read_encrypted


def asked(place: Place) -> tuple[str, ...]:
    return "-c", str(place.config), "-d", DAY


def behind_the_wall(place: Place) -> str:
    """What vault and quarantine of the date hold, as text."""
    night = Night.open(Config.read(place.config), date.fromisoformat(DAY))
    found = ""
    for purpose in ("vault", "quarantine"):
        manifest = night.store.manifest(f"restricted/{purpose}", night.day)
        assert manifest is not None
        for path in night.store.paths(manifest.files):
            found += str(read_encrypted(path, night.keyring(purpose), purpose).to_pylist())
    return found


def test_who_objected_after_the_date_was_read_is_in_no_edition_of_it(tmp_path: Path) -> None:
    place = a_place(tmp_path / "p")
    register(place)
    place.weir("run", *asked(place), "--until", "aggregate")
    register(place, opt_out="yes")
    place.weir("disclose", *asked(place), code=2)
    assert "people: its files have changed since they were read, and objections" in str(place.said)
    place.weir("ingest", *asked(place))
    place.weir("disclose", *asked(place))
    assert (place.store / "editions").exists()


def test_who_was_erased_from_the_sources_is_not_behind_the_wall_of_a_date_run_again(
    tmp_path: Path,
) -> None:
    theirs = a_line(target="/a?email=ann@example.org") + "ann@example.org is no line\n"
    place = a_place(tmp_path / "p", lines() + theirs)
    register(place)
    place.weir("ingest", *asked(place))
    assert "ann@example.org" in behind_the_wall(place)
    log = place.root / "in" / f"access-{DAY}.log"
    log.write_text(log.read_text().replace(theirs, ""))
    register(place, email="")
    place.weir("ingest", *asked(place))
    assert "ann@example.org" not in behind_the_wall(place)
