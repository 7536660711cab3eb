"""Step 1 of a night: raw files -> restricted data and internal events.

splits | TakeIn   -> (split, outcome): counts and file names
       | Outcomes -> all outcomes of the night, retried splits once: a small JSON
shards | FindCopies, pieces | DropCopies -> the same, where a source drops its duplicates
shards | Firsts   -> files of cookies' first hits, by shard of visitors
tasks  | Settle   -> files of moved hits (by shard of networks), of people; what the proof found
then, in one place: sums checked, files adopted, manifests replaced.
"""

import json
import pickle
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import apache_beam as beam
from apache_beam.pvalue import AsSingleton

from weir.pipelines.failure import told
from weir.pipelines.gather import Gather
from weir.pipelines.hands import do, done
from weir.pipelines.progress import Marks
from weir.pipelines.tasks import (
    TASKS,
    Files,
    drop_copies,
    find_copies,
    firsts,
    flattened,
    settle,
    take_in_split,
)
from weir.schemas.errors import WeirError
from weir.schemas.outcome import Outcome
from weir.transforms.intake import Intake
from weir.transforms.proving import Proving
from weir.transforms.read import Split
from weir.transforms.settle import SHARDS, Settling


@dataclass(eq=False)
class TakeIn(beam.DoFn):  # type: ignore[misc]
    """Split -> (name of the split, outcome as JSON). Keys are opened where the work is done."""

    intake: Intake
    marks: Marks
    pickled: bytes = field(default=b"", init=False, repr=False)

    def setup(self) -> None:
        """What goes to a hand, once; it holds no key."""
        self.pickled = pickle.dumps(self.intake)

    def process(self, split: Split) -> Iterator[tuple[str, str]]:
        """One split, whole."""
        with told(self.intake.staging):
            yield do(take_in_split, self.pickled, self.marks, split)


class OneAttemptEach(beam.CombineFn):  # type: ignore[misc]
    """(split, outcome) -> one JSON list of outcomes, each split's once: of several attempts the one
    whose name is smallest, the same on any runner."""

    def create_accumulator(self) -> dict[str, str]:
        return {}

    def add_input(self, held: dict[str, str], tried: tuple[str, str]) -> dict[str, str]:
        split, outcome = tried
        return {**held, split: min(held.get(split, outcome), outcome, key=_attempt)}

    def merge_accumulators(self, several: Iterable[dict[str, str]]) -> dict[str, str]:
        whole: dict[str, str] = {}
        for held in several:
            for tried in held.items():
                whole = self.add_input(whole, tried)
        return whole

    def extract_output(self, held: dict[str, str]) -> str:
        return "[" + ",".join(sorted(held.values())) + "]"


def _attempt(outcome: str) -> str:
    return str(json.loads(outcome)["attempt"])


@dataclass(frozen=True)
class Ingest:
    """The pipeline of a night's ingest; its result is a JSON file in the staging directory."""

    splits: tuple[Split, ...]
    intake: Intake
    settling: Settling
    proving: Proving
    marks: Marks
    result: Path

    def build(self, p: beam.Pipeline) -> None:
        """Wire the steps. Create spreads what it makes over the workers."""
        outcomes = (
            p
            | "Splits" >> beam.Create(self.splits)
            | "TakeIn" >> beam.ParDo(TakeIn(self.intake, self.marks))  # (split, outcome)
            | "Outcomes" >> beam.CombineGlobally(OneAttemptEach())  # one small JSON
        )
        night = AsSingleton(
            self._less_copies(p, outcomes) if self.intake.drops_copies else outcomes
        )
        first_hits = (
            p
            | "Shards" >> beam.Create(range(SHARDS))
            | "Firsts" >> beam.Map(partial(done, self.intake.staging, firsts), night, self.settling)
            | "GatherFirsts" >> Gather.all()
        )
        _ = (
            p
            | "Tasks" >> beam.Create(TASKS)
            | "Settle"
            >> beam.Map(
                partial(done, self.intake.staging, settle),
                night,
                AsSingleton(first_hits),
                self.settling,
                self.proving,
            )
            | "GatherSettled" >> Gather.all()
            | "Result" >> beam.Map(_write_result, night, str(self.result))
        )

    def _less_copies(self, p: beam.Pipeline, outcomes: beam.PCollection) -> beam.PCollection:
        """The outcomes as they are without the hits that are there twice."""
        staging, night = self.intake.staging, AsSingleton(outcomes)
        found = (
            p
            | "CopyShards" >> beam.Create(range(SHARDS))
            | "FindCopies" >> beam.Map(partial(done, staging, find_copies), night, self.settling)
            | "GatherCopies" >> Gather.all()  # lists of files, one a shard
        )
        return (
            p
            | "Pieces" >> beam.Create(range(SHARDS))
            | "DropCopies"
            >> beam.Map(
                partial(done, staging, drop_copies), night, AsSingleton(found), self.settling
            )
            | "GatherLeft" >> Gather.all()
            | "Flattened" >> beam.Map(flattened)  # outcomes, as before
        )


def _write_result(settled: str, outcomes: str, path: str) -> None:
    """The last step: what the command reads when the runner says that it is done."""
    temporary = Path(f"{path}.part")
    temporary.write_text(
        json.dumps({"outcomes": json.loads(outcomes), "settled": json.loads(settled)})
    )
    temporary.replace(path)


def read_result(path: Path) -> tuple[list[Outcome], Files]:
    """Outcomes of the splits, and the settled files by kind."""
    raw = json.loads(path.read_text())
    if len(raw["settled"]) != len(TASKS):
        raise WeirError("the runner lost or doubled a piece of settling; run the date again")
    files: Files = {}
    for held in raw["settled"]:
        for kind, entries in held.items():
            files.setdefault(kind, []).extend(entries)
    return [Outcome.from_json(outcome) for outcome in raw["outcomes"]], files
