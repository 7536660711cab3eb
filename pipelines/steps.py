"""The steps of a night as the command calls them: each publishes all of its output or nothing."""

import shutil
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
from rich.console import Console

from weir.pipelines import hands, sums
from weir.pipelines import ingest as ingest_pipeline
from weir.pipelines.inputs import (
    Input,
    checksums,
    find_inputs,
    refuse_copies,
    spooled,
)
from weir.pipelines.lacking import lacking
from weir.pipelines.night import Night
from weir.pipelines.plan import formats_of, intake_of, proving_of, settling_of, splits_of
from weir.pipelines.progress import Marks, watch
from weir.pipelines.publish import Proved, publish_ingest
from weir.pipelines.replace import replace_matches
from weir.pipelines.replaced import keep_replaced, sweep
from weir.pipelines.runners import run
from weir.pipelines.tasks import Files
from weir.schemas.manifests import FileCount, InputFile
from weir.schemas.outcome import Outcome
from weir.transforms.encrypted import read_encrypted
from weir.transforms.intake import SENT, name_of
from weir.transforms.parse.auto import Chosen
from weir.transforms.read import Split


@dataclass(frozen=True)
class Ingested:
    """What came of ingest: for the terminal, the run manifest and `--json`."""

    files: list[FileCount]
    rejects: list[sums.Reject]
    replaced_in: Counter[str]  # values that became placeholders, in rows: `path email`
    proof_replaced: dict[str, int]
    strings: int
    identifiers: int
    bots: int
    skewed: int
    skew_s: int
    bases: Counter[str]
    undeclared: list[str]
    undeclared_rare: int  # how many more there are that too few sent to be told
    other_dates: dict[str, str]  # by source: of which other dates it has lines, in words
    incomplete: list[str]
    warnings: list[str]
    seconds: float
    cpu_seconds: dict[str, float] = field(default_factory=dict)
    formats: dict[str, Chosen] = field(default_factory=dict)  # of files that were recognised

    @property
    def read(self) -> int:
        """Lines read."""
        return sum(file.read for file in self.files)

    @property
    def replaced(self) -> Counter[str]:
        """Values that became placeholders, in rows, by kind."""
        found: Counter[str] = Counter()
        for place, rows in self.replaced_in.items():
            found[place.split()[-1]] += rows
        return found

    @property
    def held_back(self) -> dict[str, dict[str, int]]:
        """The same by field, then by kind."""
        found: dict[str, dict[str, int]] = {}
        for place, rows in sorted(self.replaced_in.items()):
            name, kind = place.split()
            found.setdefault(name, {})[kind] = rows
        return found

    @property
    def kept(self) -> int:
        """Events and profiles kept."""
        return sum(file.kept for file in self.files)

    @property
    def hits(self) -> int:
        """Events kept."""
        return sum(self.bases.values())


@contextmanager
def staged(night: Night, step: str) -> Iterator[Path]:
    """A staging directory that is gone afterwards, whatever happened; so is who worked in it."""
    staging = night.store.staging(step, night.day)
    try:
        yield staging
    except BaseException:
        hands.stop()
        raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def ingest(night: Night, console: Console) -> Ingested:
    """Raw files to restricted data and internal events. The caller holds the date's lock."""
    began = time.monotonic()
    inputs, warnings = find_inputs(night.config, night.day)
    with staged(night, "ingest") as staging, ThreadPoolExecutor(1) as beside:
        inputs = spooled(inputs, staging)
        formats = formats_of(night, inputs)
        splits = splits_of(night, inputs, formats)
        known = beside.submit(checksums, inputs)
        outcomes, settled = _run_pipeline(night, inputs, formats, splits, staging, console)
        sums.refuse_missing(outcomes, [name_of(split) for split in splits])
        files = sums.file_counts(outcomes)
        sums.refuse_unwritten(outcomes, settled)
        refuse_copies(inputs, known.result())
        incomplete = lacking(night, inputs, outcomes)
        proved = replace_matches(night, outcomes, settled, staging)
        undeclared, rare = _undeclared(night, outcomes, proved)
        read = _input_files(inputs, known.result())
        with night.store.publishing():
            keep_replaced(night)
            publish_ingest(night, outcomes, settled, read, incomplete, proved)
    sweep(night.store)
    return Ingested(
        files=files,
        rejects=sums.rejects(outcomes),
        replaced_in=sums.total(outcomes, "replaced"),
        proof_replaced=proved.replaced,
        strings=proved.strings,
        identifiers=proved.identifiers,
        bots=sum(outcome.bots for outcome in outcomes),
        skewed=sum(outcome.skewed for outcome in outcomes),
        skew_s=max((outcome.skew_s for outcome in outcomes), default=0),
        bases=sums.total(outcomes, "bases"),
        undeclared=undeclared,
        undeclared_rare=rare,
        other_dates=sums.other_dates(outcomes),
        incomplete=incomplete,
        warnings=[*warnings, *sums.other_hosts(outcomes, night.config, most=False)],
        seconds=time.monotonic() - began,
        cpu_seconds=_cpu(outcomes),
        formats=formats,
    )


def _undeclared(night: Night, outcomes: list[Outcome], proved: Proved) -> tuple[list[str], int]:
    """Names of parameters that may be told in the report, and how many may not."""
    keyring = night.keyring("proof")
    paths = [entry["path"] for outcome in outcomes for entry in outcome.files.get("names", ())]
    sent = [SENT.empty_table(), *(read_encrypted(path, keyring, "proof") for path in paths)]
    enough = night.policy.rule("default").k
    return sums.undeclared(pa.concat_tables(sent), proved.personal_names, enough)


def _run_pipeline(
    night: Night,
    inputs: list[Input],
    formats: dict[str, Chosen],
    splits: tuple[Split, ...],
    staging: Path,
    console: Console,
) -> tuple[list[Outcome], Files]:
    intake = intake_of(night, str(staging), inputs, formats)
    intake.keys()  # a missing key stops the night here, before a line is read
    marks, result = Marks(str(staging / "marks")), staging / "result.json"
    job = ingest_pipeline.Ingest(
        splits=splits,
        intake=intake,
        settling=settling_of(night, str(staging)),
        proving=proving_of(night, str(staging)),
        marks=marks,
        result=result,
    )
    with watch(console, "ingest", marks, sum(item.size_bytes for item in inputs)):
        run(night.config.engine, job.build, staging)
    return ingest_pipeline.read_result(result)


def _input_files(inputs: list[Input], known: dict[str, str]) -> list[InputFile]:
    return [
        InputFile(path=i.path, source=i.source, size_bytes=i.size_bytes, sha256=known[i.path])
        for i in inputs
    ]


def _cpu(outcomes: list[Outcome]) -> dict[str, float]:
    spent: dict[str, float] = {}
    for outcome in outcomes:
        for step, seconds in outcome.cpu_seconds.items():
            spent[step] = spent.get(step, 0.0) + seconds
    return spent
