"""Step 1 of a night: raw files -> restricted data and internal events.

splits | TakeIn          -> outcome of each split (counts and file names)
       | one attempt     -> outcome, retried splits once
       | gather          -> all outcomes of the night, a small JSON
       | first hits, by shard of visitors | moved hits, by shard of networks
       | people          | proof
then, in one place: sums checked, files adopted, manifests replaced.
"""

import json
from collections.abc import Iterator
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


def one_attempt(attempts: "Any") -> str:
    """Of several attempts at one split, the one whose name is smallest: the same on any runner."""
    return str(min(attempts, key=lambda text: json.loads(text)["attempt"]))


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


def firsts(shard: int, outcomes: str, settling: Settling) -> list[str]:
    """A shard's cookies' first hits."""
    if not needs_stitching(outcomes):
        return []
    return write_firsts(settling, shard, *_events(outcomes))


def moved(shard: int, outcomes: str, firsts_lists: str, settling: Settling) -> Files:
    """A shard's first requests, moved to their cookies."""
    known = [path for held in json.loads(firsts_lists) for path in held]
    with told(settling.staging):
        done = write_moved(settling, shard, *_events(outcomes), sorted(known))
    return {"moved_in": done.moved_in, "moved_out": done.moved_out}


def people(outcomes: str, settling: Settling) -> Files:
    """Demographics under the rule of twenty."""
    registered, said = paths_of(outcomes, "registered"), paths_of(outcomes, "said")
    return {"people": write_people(settling, registered, said)}


def proof(outcomes: str, proving: Proving) -> Files:
    """The staged strings against the dictionary; matches lie encrypted in the staging directory."""
    strings, dictionary = paths_of(outcomes, "strings"), paths_of(outcomes, "dictionary")
    return {"proof": [prove_staged(proving, strings, dictionary)]}


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
        """Wire the steps."""
        outcomes = (
            p
            | "Splits" >> beam.Create(self.splits)
            | "Spread" >> beam.Reshuffle()
            | "TakeIn" >> beam.ParDo(TakeIn(self.intake, self.marks))  # (split, outcome)
            | "OneAttempt" >> beam.CombinePerKey(one_attempt)
            | "Outcomes" >> beam.Values()
            | "Gather" >> beam.CombineGlobally(Gather())  # one small JSON
        )
        night = AsSingleton(outcomes)
        shards = p | "Shards" >> beam.Create(range(SHARDS)) | "SpreadShards" >> beam.Reshuffle()
        first_hits = (
            shards
            | "Firsts" >> beam.Map(_firsts_text, night, self.settling)
            | "GatherFirsts" >> beam.CombineGlobally(Gather())
        )
        settled = (
            shards | "Moved" >> beam.Map(moved, night, AsSingleton(first_hits), self.settling),
            p
            | "ForPeople" >> beam.Create([0])
            | "People" >> beam.Map(_people_of, night, self.settling),
            p
            | "ForProof" >> beam.Create([0])
            | "Proof" >> beam.Map(_proof_of, night, self.proving),
        )
        _ = (
            settled
            | "Settled" >> beam.Flatten()
            | "SettledText" >> beam.Map(json.dumps)
            | "GatherSettled" >> beam.CombineGlobally(Gather())
            | "Result" >> beam.Map(_write_result, night, str(self.result))
        )


def _firsts_text(shard: int, outcomes: str, settling: Settling) -> str:
    with told(settling.staging):
        return json.dumps(firsts(shard, outcomes, settling))


def _people_of(_: int, outcomes: str, settling: Settling) -> Files:
    with told(settling.staging):
        return people(outcomes, settling)


def _proof_of(_: int, outcomes: str, proving: Proving) -> Files:
    with told(proving.staging):
        return proof(outcomes, proving)


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
