"""Step 1 of a night: raw files -> restricted data and internal events.

splits | TakeIn   -> (split, outcome): counts and file names
       | Outcomes -> all outcomes of the night, retried splits once: a small JSON
shards | Firsts   -> files of cookies' first hits, by shard of visitors
tasks  | Settle   -> files of moved hits (by shard of networks), of people; what the proof found
then, in one place: sums checked, files adopted, manifests replaced.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

import apache_beam as beam
from apache_beam.pvalue import AsSingleton

from weir.pipelines.failure import told
from weir.pipelines.gather import Gather
from weir.pipelines.progress import Marks
from weir.schemas.outcome import Outcome
from weir.transforms.intake import Intake, take_in
from weir.transforms.proving import Proving, prove_staged
from weir.transforms.read import Split
from weir.transforms.recognise import DayKeys
from weir.transforms.settle import SHARDS, Settling, write_firsts, write_moved, write_people

Files = dict[str, list[dict[str, Any]]]


@dataclass(eq=False)
class TakeIn(beam.DoFn):  # type: ignore[misc]
    """Split -> (name of the split, outcome as JSON). Keys are opened on the worker."""

    intake: Intake
    marks: Marks
    keys: dict[str, DayKeys] = field(default_factory=dict, init=False, repr=False)

    def setup(self) -> None:
        """Open keys and recognizers before anything is read."""
        with told(self.intake.staging):
            self.keys = self.intake.keys()
            self.intake.warm()

    def process(self, split: Split) -> Iterator[tuple[str, str]]:
        """One split, whole."""
        name = f"{split.source}-{crc32(split.path.encode()):08x}-{split.index}"
        done = [0]

        def note(lines: int, size: int) -> None:
            done[0] += size
            self.marks.note(name, lines, done[0])

        with told(self.intake.staging):
            outcome = take_in(split, self.intake, self.keys, note)
            answer = outcome.split, json.dumps(outcome.to_json())
        yield answer


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


def paths_of(outcomes: str, name: str) -> list[str]:
    """Paths of one kind of file in gathered outcomes, sorted."""
    found = [e["path"] for o in json.loads(outcomes) for e in o["files"].get(name, ())]
    return sorted(found)


def _events(outcomes: str) -> tuple[list[str], int]:
    """The staged event files, and how many rows they have."""
    found = [e for o in json.loads(outcomes) for e in o["files"].get("events", ())]
    return sorted(e["path"] for e in found), sum(e["rows"] for e in found)


def needs_stitching(outcomes: str) -> bool:
    """Both cookies and browsers without one were seen."""
    bases: dict[str, int] = {}
    for outcome in json.loads(outcomes):
        for basis, rows in outcome["bases"].items():
            bases[basis] = bases.get(basis, 0) + rows
    return bool(bases.get("cookie") and bases.get("network"))


def firsts(shard: int, outcomes: str, settling: Settling) -> str:
    """Files of a shard's cookies' first hits, as JSON."""
    if not needs_stitching(outcomes):
        return "[]"
    with told(settling.staging):
        return json.dumps(write_firsts(settling, shard, *_events(outcomes)))


def settle(
    task: str, outcomes: str, firsts_lists: str, settling: Settling, proving: Proving
) -> str:
    """One of TASKS: the names of the files that it wrote, by kind, as JSON."""
    with told(settling.staging):
        return json.dumps(_settled(task, outcomes, firsts_lists, settling, proving))


def _settled(
    task: str, outcomes: str, firsts_lists: str, settling: Settling, proving: Proving
) -> Files:
    if task == PROOF:  # the staged strings against the dictionary
        strings, dictionary = paths_of(outcomes, "strings"), paths_of(outcomes, "dictionary")
        return {"proof": [prove_staged(proving, strings, dictionary)]}
    if task == PEOPLE:  # demographics under the rule of twenty
        registered, said = paths_of(outcomes, "registered"), paths_of(outcomes, "said")
        return {"people": write_people(settling, registered, said)}
    known = sorted(path for held in json.loads(firsts_lists) for path in held)
    done = write_moved(settling, int(task), *_events(outcomes), known)
    return {"moved_in": done.moved_in, "moved_out": done.moved_out}


PROOF, PEOPLE = "proof", "people"
TASKS = (PROOF, PEOPLE, *map(str, range(SHARDS)))
"""What is settled when all splits are read; a number is a shard whose first requests are moved."""


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
        night = AsSingleton(outcomes)
        first_hits = (
            p
            | "Shards" >> beam.Create(range(SHARDS))
            | "Firsts" >> beam.Map(firsts, night, self.settling)
            | "GatherFirsts" >> beam.CombineGlobally(Gather())
        )
        _ = (
            p
            | "Tasks" >> beam.Create(TASKS)
            | "Settle"
            >> beam.Map(settle, night, AsSingleton(first_hits), self.settling, self.proving)
            | "GatherSettled" >> beam.CombineGlobally(Gather())
            | "Result" >> beam.Map(_write_result, night, str(self.result))
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
    files: Files = {}
    for held in raw["settled"]:
        for kind, entries in held.items():
            files.setdefault(kind, []).extend(entries)
    return [Outcome.from_json(outcome) for outcome in raw["outcomes"]], files
