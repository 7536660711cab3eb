"""Why a date may lack rows: an edition is not made of such a date without being told to."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from weir.pipelines import sums
from weir.pipelines.inputs import Input, changed, checksums, files_of, unmatched
from weir.pipelines.night import Night
from weir.pipelines.prose import some
from weir.schemas.config import Config, Source
from weir.schemas.manifests import InputFile
from weir.schemas.outcome import Outcome


def lacking(night: Night, inputs: list[Input], outcomes: list[Outcome]) -> list[str]:
    """What a date may lack, a text each, with what to do."""
    today = [
        f"{night.day} is not over in {site.timezone} ({site.name}); run it when it is"
        for site in night.config.sites
        if datetime.now(site.zone).date() <= night.day
    ]
    growing = [
        f"{item.path}: another process is still writing it; run the date again when it is done"
        for item in inputs
        if item.growing or changed(item)
    ]
    absent = [
        f"source {source.name}: no file matches {pattern}"
        for source in night.config.sources
        if source.kind == "log" and source.required
        for pattern in unmatched(night.config, source, night.day)
    ]
    damaged = {
        f"{o.path}: {o.damaged}; get the file anew and run the date again"
        for o in outcomes
        if o.damaged
    }
    nothing = list(_nothing_of(night, outcomes)) or list(_nothing(outcomes))
    elsewhere = sums.other_hosts(outcomes, night.config, most=True)
    return sorted({*today, *growing, *nothing, *elsewhere, *absent, *damaged})


def profiles_of(night: Night, read: Iterable[InputFile]) -> dict[str, Any]:
    """Which content the files of registered people had, for `outdated`: facts of a manifest,
    {"profiles": [{"source": …, "sha256": [digests]}]}."""
    people = [source.name for source in night.config.sources if source.kind == "profiles"]
    found = list(read)
    entries = [
        {"source": name, "sha256": sorted(file.sha256 for file in found if file.source == name)}
        for name in people
    ]
    return {"profiles": entries} if entries else {}


def outdated(night: Night, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Sources of registered people whose files are not what they were when the date was ingested:
    an edition would hold whoever objected since, for good. Files that are gone tell nothing.

    facts: `profiles_of` what was read.
    """
    known = {entry["source"]: entry["sha256"] for entry in facts.get("profiles", ())}
    found = {
        source.name: list(files_of(night.config, source, night.day))
        for source in night.config.sources
        if source.name in known and not source.is_standard_input
    }
    return tuple(
        f"{name}: its files have changed since they were read, and objections in them do not count"
        for name, files in found.items()
        if files and sorted(checksums(files).values()) != known[name]
    )


def _nothing_of(night: Night, outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Sources that a date cannot do without, and of which it kept nothing."""
    kept, others = sums.kept_by_source(outcomes), sums.other_dates(outcomes)
    elsewhere = Counter[str]()
    for outcome in outcomes:
        elsewhere[outcome.source] += outcome.filtered["other_site"]
    for source in night.config.sources:
        if kept[source.name] or not source.required:
            continue
        place = f"source {source.name}"
        if elsewhere[source.name] and source.name not in others:
            lines = some(elsewhere[source.name], "line is", "lines are")
            yield f"{place}: {lines} of other sites, none of {_sites(night.config, source)}"
        elif source.kind == "log":
            dates = f": they are of {others[source.name]}" if source.name in others else ""
            yield (
                f"{place}: no line of {night.day} in its files{dates}; look at `path` and the files"
            )


def _sites(config: Config, source: Source) -> str:
    """The hosts that a source's lines should name, and which settings say so."""
    sites = [config.site(source.site)] if source.site else list(config.sites)
    hosts = ", ".join(host for site in sites for host in site.hosts)
    ids = " and `tag_ids`" if any(site.tag_ids for site in sites) else ""
    return f"{hosts}; look at the setting `host`{ids} of {', '.join(site.name for site in sites)}"


def _nothing(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """A night without a hit tells of nobody, and an edition of it would be final."""
    if not any(outcome.kept > outcome.profiles for outcome in outcomes):
        yield "no hit of the date in any source; look at their `path` and the files"
