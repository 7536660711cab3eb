"""From configuration and files to work: channels for the workers, splits for the pipeline."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from weir.pipelines.hands import workers
from weir.pipelines.inputs import Input
from weir.pipelines.night import INGEST_KEYS, Night, warm_model
from weir.schemas.config import Site, Source
from weir.schemas.errors import ConfigError, InputError
from weir.schemas.mapping import load_mapping, wires
from weir.transforms.intake import Channel, Intake
from weir.transforms.keys import Keyring
from weir.transforms.parse import BeaconParser, EventParser, ProfileParser, log_parser
from weir.transforms.parse.auto import AUTO, BYTES, Chosen, choose
from weir.transforms.parse.inspect import refuse_misfit
from weir.transforms.proving import Proving
from weir.transforms.read import Split, plan_splits
from weir.transforms.settle import Settling
from weir.transforms.unpack import beginning
from weir.transforms.wall import Wall

_MB = 1 << 20
_CHANNELS = {"log": "log", "beacons": "tag", "events": "script", "profiles": "script"}


def formats_of(night: Night, inputs: Iterable[Input]) -> dict[str, Chosen]:
    """The format of each file whose source leaves it to us, by path.

    Raises InputError with all files that are no access logs.
    """
    kinds = {source.name: source for source in night.config.sources}
    found, wrong = {}, []
    for item in inputs:
        source = kinds[item.source]
        if source.kind == "log" and source.format == AUTO:
            try:
                found[item.path] = choose(beginning(item.place, BYTES), item.path)
            except InputError as fault:
                wrong.append(str(fault))
    if wrong:
        raise InputError("\n".join(wrong))
    return found


def intake_of(
    night: Night,
    staging: str,
    inputs: Iterable[Input] = (),
    formats: Mapping[str, Chosen] = MappingProxyType({}),
) -> Intake:
    """What the workers need. Raises ConfigError for a format, mapping or database that cannot be
    used.

    formats: of the inputs whose source has `format: auto`, by path.
    """
    config = night.config
    if night.databases:
        _ = night.databases.readers  # each opens, or the night does not begin
    warm_model(night.detector)  # likewise
    sources = {source.name: source for source in config.sources}
    channels = {source.name: _channel(night, source) for source in config.sources}
    return Intake(
        channels=channels,
        keyring=ingest_keys(night),
        staging=staging,
        buckets=night.store.buckets,
        block_bytes=config.engine.block_mb * _MB,
        misfit=refuse_misfit,
        parsers={
            item.path: _parser(night, sources[item.source], formats[item.path].format)
            for item in inputs
            if item.path in formats
        },
    )


def ingest_keys(night: Night) -> Keyring:
    """The keys that ingest needs, all of them, before it reads."""
    return night.keyring(*INGEST_KEYS)


def _channel(night: Night, source: Source) -> Channel:
    config = night.config
    sites = [config.site(source.site)] if source.site else list(config.sites)
    return Channel(
        source=source.name,
        kind=source.kind,
        parser=_parser(night, source),
        walls=tuple(_wall(night, source, site) for site in sites),
    )


def _parser(night: Night, source: Source, format_: str = "") -> Any:
    """format_: of a log that was recognised; with `auto` each file has a parser of its own."""
    if source.kind == "log":
        format_ = format_ or source.format
        try:
            if format_ == AUTO:
                return None
            return log_parser(format_, night.config.base, source.timezone)
        except ConfigError as error:
            raise ConfigError(f"source {source.name}: {error}") from None
    name, base = source.mapping or "", night.config.base
    if source.kind == "beacons":
        lines = load_mapping(name or "collector", "collector", base)
        return BeaconParser(lines, wires(source.wire, base))
    if source.kind == "events":
        return EventParser(load_mapping(name, "events", base))
    return ProfileParser(load_mapping(name, "profiles", base))


def _wall(night: Night, source: Source, site: Site) -> Wall:
    return Wall(
        site=site,
        channel=_CHANNELS[source.kind],
        day=night.day,
        policy=night.policy,
        detector=night.detector,
        tags=wires(site.tags, night.config.base),
        buckets=night.store.buckets,
        by_host=source.site is None,
        trusted_proxies=source.trusted_proxies,
        fingerprints=source.name if source.duplicates == "drop" else "",
        own_hosts=tuple(host for one in night.config.sites for host in one.hosts),
        databases=night.databases,
    )


def splits_of(
    night: Night, inputs: list[Input], formats: Mapping[str, Chosen] = MappingProxyType({})
) -> tuple[Split, ...]:
    """The pieces of every input, the longest first, so that no worker ends alone with one.

    A large file is cut into equal pieces, as many for each worker. formats: as of intake_of.
    """
    engine = night.config.engine
    headed = {source.name for source in night.config.sources if _has_header(night, source)}
    sources = {source.name: source for source in night.config.sources}
    parsers = {
        item.path: _log_parser(night, sources[item.source], item, formats) for item in inputs
    }
    splits = [
        split
        for item in inputs
        for split in plan_splits(
            item.source,
            item.path,
            item.size_bytes,
            _piece_bytes(item.size_bytes, engine.split_mb * _MB, workers(engine)),
            header=item.source in headed,
            begins=getattr(parsers[item.path], "begins", b""),
            lies_at=item.lies_at,
        )
    ]
    return tuple(sorted(splits, key=lambda s: (-(s.end or 0) + s.start, s.path, s.index)))


def _log_parser(night: Night, source: Source, item: Input, formats: Mapping[str, Chosen]) -> Any:
    """The parser of a log; None for what is none."""
    chosen = formats.get(item.path)
    return _parser(night, source, chosen.format if chosen else "") if source.kind == "log" else None


def _has_header(night: Night, source: Source) -> bool:
    """Its files begin with a line of column names, and so stay in one piece."""
    if source.kind != "events":
        return source.kind == "profiles"
    return load_mapping(source.mapping or "", "events", night.config.base).has_header


def _piece_bytes(size: int, most: int, workers: int) -> int:
    """The length of a file's pieces, at most `most`; short files stay whole."""
    pieces = -(-size // most)
    if pieces <= 1:
        return most
    return -(-size // (-(-pieces // workers) * workers))


def settling_of(night: Night, staging: str) -> Settling:
    """What settling needs."""
    return Settling(
        staging=staging,
        buckets=night.store.buckets,
        sites=night.config.sites,
        crowd=night.policy.people_per_combination,
        keyring=night.keyring("vault"),
        memory_mb=night.config.engine.memory_mb,
    )


def proving_of(night: Night, staging: str) -> Proving:
    """What the proof needs."""
    return Proving(staging=staging, keyring=night.keyring("proof"))
