"""From configuration and files to work: channels for the workers, splits for the pipeline."""

from weir.pipelines.hands import workers
from weir.pipelines.inputs import Input
from weir.pipelines.night import INGEST_KEYS, Night
from weir.schemas.config import Site, Source
from weir.schemas.mapping import load_mapping
from weir.transforms.detect import Detector
from weir.transforms.intake import Channel, Intake
from weir.transforms.keys import Keyring
from weir.transforms.parse import EventParser, LogParser, ProfileParser, log_parser
from weir.transforms.parse.inspect import refuse_misfit
from weir.transforms.proving import Proving
from weir.transforms.read import Split, plan_splits
from weir.transforms.settle import Settling
from weir.transforms.wall import Wall

_MB = 1 << 20


def intake_of(night: Night, staging: str) -> Intake:
    """What the workers need. Raises ConfigError for a format or mapping that cannot be used."""
    config = night.config
    channels = {source.name: _channel(night, source) for source in config.sources}
    return Intake(
        channels=channels,
        keyring=ingest_keys(night),
        staging=staging,
        buckets=night.store.buckets,
        block_bytes=config.engine.block_mb * _MB,
        misfit=refuse_misfit,
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


def _parser(night: Night, source: Source) -> LogParser | EventParser | ProfileParser:
    if source.kind == "log":
        return log_parser(source.format)
    name, base = source.mapping or "", night.config.base
    if source.kind == "events":
        return EventParser(load_mapping(name, "events", base))
    return ProfileParser(load_mapping(name, "profiles", base))


def _wall(night: Night, source: Source, site: Site) -> Wall:
    return Wall(
        site=site,
        channel="log" if source.kind == "log" else "script",
        day=night.day,
        policy=night.policy,
        detector=Detector(night.config.detection),
        tags=load_mapping(site.tags, "tags", night.config.base),
        buckets=night.store.buckets,
        by_host=source.site is None,
    )


def splits_of(night: Night, inputs: list[Input]) -> tuple[Split, ...]:
    """The pieces of every input, the longest first, so that no worker ends alone with one.

    A large file is cut into equal pieces, as many for each worker.
    """
    engine = night.config.engine
    headed = {source.name for source in night.config.sources if _has_header(night, source)}
    splits = [
        split
        for item in inputs
        for split in plan_splits(
            item.source,
            item.path,
            item.size_bytes,
            _piece_bytes(item.size_bytes, engine.split_mb * _MB, workers(engine)),
            header=item.source in headed,
        )
    ]
    return tuple(sorted(splits, key=lambda s: (-(s.end or 0) + s.start, s.path, s.index)))


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
