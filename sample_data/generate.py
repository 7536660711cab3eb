"""Write the sample: `python -m sample_data.generate [DIRECTORY]`. The same content each time."""

import gzip
import json
import sys
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

from sample_data.asked import conversions, searches
from sample_data.canaries import broken, stray
from sample_data.lines import event_line, log_line, profiles
from sample_data.model import DAYS, HOSTS, SECOND, Canary, Hit, moment
from sample_data.outcomes import attributions
from sample_data.people import Population, populate
from sample_data.traffic import days
from sample_data.truth import day_truth, recognised

SEED = "weir sample 2008"
HERE = Path(__file__).parent


def main(directory: Path = HERE) -> None:
    """Make everything in `directory`."""
    truth: dict[str, Any] = {"sites": {}, "files": {}}
    canaries: list[dict[str, Any]] = []
    identifiers: set[tuple[str, str]] = set()
    for site in HOSTS:
        rng = Random(f"{SEED} {site}")
        population = populate(site, rng)
        hits = list(days(population))
        hits += list(stray(population, hits, DAYS))
        later = Random(f"{SEED} {site} later")
        hits += [*searches(hits, later), *conversions(hits, later)]
        for name, lines in sorted(_files(site, hits, rng).items()):
            truth["files"][f"{site}/{name}"] = _file_truth(site, lines)
            canaries += _places(f"{site}/{name}", lines)
            _write(directory / site / name, b"".join(line + b"\n" for line, *_ in lines))
        text = profiles(population).encode()
        truth["files"][f"{site}/profiles.csv.gz"] = {"rows": len(population.people)}
        _write(directory / site / "profiles.csv.gz", text)
        truth["sites"][site] = _site_truth(population, hits)
        identifiers |= _identifiers(population, hits)
    _write(directory / "truth.json", _json(truth))
    _write(directory / "canaries.json", _json(sorted(canaries, key=lambda c: (c["id"], c["file"]))))
    listed = "".join(f"{kind}\t{value}\n" for kind, value in sorted(identifiers))
    _write(directory / "identifiers.tsv.gz", listed.encode())


Line = tuple[bytes, Hit | None, tuple[Canary, ...]]


def _files(site: str, hits: list[Hit], rng: Random) -> dict[str, list[Line]]:
    """Lines by file: logs turn over at 00:00 UTC, whatever the site's day is."""
    files: dict[str, list[Line]] = defaultdict(list)
    for hit in sorted(hits, key=lambda hit: hit.at):
        utc = datetime.fromtimestamp(hit.at / SECOND, UTC).date()
        if hit.channel == "script":
            files[f"events-{utc}.jsonl.gz"].append((event_line(hit).encode(), hit, hit.canaries))
        else:
            line = log_line(hit).encode()
            files[_log_name(site, utc, rng)].append((line, hit, hit.canaries))
    for name, lines in files.items():
        if "web2" not in name:
            stamp = name.split(".")[0].partition("-")[2].replace("-", "")
            for line, canary in broken(site, stamp, rng, events=name.startswith("events")):
                lines.insert(rng.randint(1, len(lines)), (line, None, (canary,)))
    return files


def _log_name(site: str, utc: date, rng: Random) -> str:
    """`www` has two servers behind one name; the second one serves little and is not compressed."""
    if site == "shop":
        return f"access-{utc}.log.zst"
    return f"access-web2-{utc}.log" if rng.random() < 0.02 else f"access-web1-{utc}.log.gz"


def _file_truth(site: str, lines: list[Line]) -> dict[str, Any]:
    dates = Counter(hit.local.date().isoformat() for _, hit, _ in lines if hit)
    return {
        "lines": len(lines),
        "malformed": sum(hit is None for _, hit, _ in lines),
        "by_local_date": dict(sorted(dates.items())),
        "bots": dict(
            sorted(Counter(_local_day(site, h) for _, h, _ in lines if h and h.browser.bot).items())
        ),
    }


def _local_day(site: str, hit: Hit) -> str:
    return moment(site, hit.at).date().isoformat()


def _places(name: str, lines: list[Line]) -> list[dict[str, Any]]:
    return [
        {"id": canary.id, "kind": canary.kind, "value": canary.value, "where": canary.where,
         "file": name, "line": number}
        for number, (_, _, canaries) in enumerate(lines, 1) for canary in canaries
    ]  # fmt: skip


def _site_truth(population: Population, hits: list[Hit]) -> dict[str, Any]:
    people = {person.user: person for person in population.people}
    by_day: dict[date, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_day[hit.local.date()].append(hit)
    credited = attributions(by_day, {day: recognised(by_day[day]) for day in DAYS})
    return {
        day.isoformat(): day_truth(by_day[day], people) | {"attribution": credited[day]}
        for day in DAYS
    }


def _identifiers(population: Population, hits: list[Hit]) -> set[tuple[str, str]]:
    """Everything in the files that tells a person or browser from another, beside canaries."""
    found = {("address", hit.address) for hit in hits if not hit.browser.bot}
    found |= {("cookie", hit.cookie) for hit in hits if hit.cookie}
    found |= {("session", hit.session.split(".")[0]) for hit in hits if hit.session}
    for person in population.people:
        row = person.row
        found |= {("user", person.user), ("recipient", person.recipient), ("email", row["email"])}
        found |= {("phone", row["phone"]), ("street", row["address"])}
        found |= {("name", f"{row['first_name']} {row['last_name']}")}
        found |= {("card", row["card"])} if row["card"] else set()
    return found


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".gz":
        content = gzip.compress(content, 9, mtime=0)
    elif path.suffix == ".zst":
        import zstandard

        content = zstandard.ZstdCompressor(level=12).compress(content)
    path.write_bytes(content)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:2]))
