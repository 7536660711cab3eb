"""What a worker does with one piece of a night: a split, a shard, some buckets.

Functions of picklable arguments, for any process that Beam or the command gives them to. They know
no Beam, so that a hand (hands.py) starts without it.
"""

import json
import pickle
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any
from zlib import crc32

from weir.pipelines.failure import told
from weir.pipelines.memory import let_go
from weir.pipelines.progress import Marks
from weir.schemas.errors import WeirError
from weir.schemas.outcome import Outcome
from weir.transforms.intake import Intake, take_in
from weir.transforms.proving import Proving, prove_staged
from weir.transforms.read import Split
from weir.transforms.recognise import DayKeys
from weir.transforms.settle import (
    SHARDS,
    Settling,
    read_copies,
    take_out,
    write_copies,
    write_firsts,
    write_moved,
    write_people,
)

Files = dict[str, list[dict[str, Any]]]

PROOF, PEOPLE = "proof", "people"
TASKS = (PROOF, PEOPLE, *map(str, range(SHARDS)))
"""What is settled when all splits are read; a number is a shard whose first requests are moved."""

_SPLITS_KEPT = 4
_splits = count(1)  # that this process has read


@lru_cache(2)
def _opened(pickled: bytes) -> tuple[Intake, dict[str, DayKeys]]:
    """An intake with keys and recognizers open, before anything is read."""
    intake: Intake = pickle.loads(pickled)
    keys = intake.keys()
    intake.warm()
    return intake, keys


def take_in_split(pickled: bytes, marks: Marks, split: Split) -> tuple[str, str]:
    """One split, whole: its name, and its outcome as JSON. pickled: the Intake."""
    name = f"{split.source}-{crc32(split.path.encode()):08x}-{split.index}"
    done = [0]

    def note(lines: int, size: int) -> None:
        done[0] += size
        marks.note(name, lines, done[0])

    with told(str(Path(marks.directory).parent)):
        intake, keys = _opened(pickled)
        outcome = take_in(split, intake, keys, note)
        if next(_splits) % _SPLITS_KEPT == 0:
            let_go()
        return outcome.split, json.dumps(outcome.to_json())


def paths_of(outcomes: str, name: str) -> list[str]:
    """Paths of one kind of file in gathered outcomes, sorted."""
    found = [e["path"] for o in json.loads(outcomes) for e in o["files"].get(name, ())]
    return sorted(found)


def _events(outcomes: str) -> tuple[list[str], int]:
    """The staged event files, and how many rows they have."""
    found = [e for o in json.loads(outcomes) for e in o["files"].get("events", ())]
    return sorted(e["path"] for e in found), sum(e["rows"] for e in found)


def find_copies(shard: int, outcomes: str, settling: Settling) -> str:
    """The hits of a shard of fingerprints that are there again, as JSON: the file that lists them,
    or none."""
    with told(settling.staging):
        listed = [entry for _, entry in _with_fingerprints(outcomes)]
        buckets = settling.shard(shard, sum(entry["rows"] for entry in listed))
        return json.dumps(write_copies(settling, [entry["path"] for entry in listed], buckets))


def drop_copies(piece: int, outcomes: str, found: str, settling: Settling) -> str:
    """Some of the outcomes, as JSON, less the hits that are there again."""
    with told(settling.staging):
        lists = json.loads(found)
        if len(lists) != SHARDS:
            raise WeirError("the runner lost or doubled a shard of duplicates; run the date again")
        mine = [Outcome.from_json(raw) for raw in json.loads(outcomes)[piece::SHARDS]]
        numbers: dict[str, dict[int, int]] = {outcome.split: {} for outcome in mine}
        for number, ((split, at), _) in enumerate(_with_fingerprints(outcomes)):
            if split in numbers:
                numbers[split][at] = number
        ours = {number for of_split in numbers.values() for number in of_split.values()}
        gone = read_copies([path for held in lists for path in held], ours)
        for outcome in mine:
            take_out(settling, outcome, numbers[outcome.split], gone)
        return json.dumps([outcome.to_json() for outcome in mine])


def flattened(pieces: str) -> str:
    """JSON lists of outcomes, one a piece -> one JSON list of them."""
    return json.dumps([outcome for piece in json.loads(pieces) for outcome in piece])


def _with_fingerprints(outcomes: str) -> list[tuple[tuple[str, int], dict[str, Any]]]:
    """The files of fingerprints, in order of path and line; each with the split that wrote it and
    the number of its file of events there."""
    by_place = sorted(json.loads(outcomes), key=lambda o: (o["path"], o["index"], o["source"]))
    return [
        ((outcome["split"], number), entry)
        for outcome in by_place
        for number, entry in enumerate(outcome["files"].get("fingerprints", ()))
    ]


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
