"""Where a step over numbered groups runs: hands or threads here, or a runner's workers.

On a runner only numbers and names of files travel. What is to be done and what comes of it lie in
the run's staging directory in the restricted zone; keys in neither, for a keyring pickles as its
path.

# numbers | DoOne -> name of the file with a group's result | Gather -> result.json
"""

import json
import pickle
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weir.pipelines.failure import WorkerFailedError, noted, told
from weir.pipelines.hands import do_all, workers
from weir.pipelines.runners import run
from weir.schemas.config import Engine
from weir.schemas.errors import WeirError

if TYPE_CHECKING:
    import apache_beam as beam

Work = Callable[[int], Any]
Over = Callable[[Work], list[Any]]
"""Maps a picklable function over the numbers of all groups; the results in their order."""


def over(engine: Engine, groups: int, staging: Path) -> Over:
    """How an engine maps over so many groups. For the embedded runner hands do, or threads; any
    other one gets a pipeline for each call. Raises what `runners.run` does."""
    if engine.runner == "DirectRunner":
        return lambda work: _here(work, groups, workers(engine), staging)
    rounds = count()
    return lambda work: _on_runner(work, groups, engine, staging, f"round-{next(rounds)}")


def _here(work: Work, groups: int, threads: int, staging: Path) -> list[Any]:
    try:
        done = do_all(str(staging), work, range(groups))
    except WorkerFailedError:
        raise noted(staging) or WeirError("a worker failed and left no note") from None
    if done is not None:
        return done
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, range(groups)))


def _on_runner(work: Work, groups: int, engine: Engine, staging: Path, name: str) -> list[Any]:
    place = staging / name
    place.mkdir()
    (place / "work").write_bytes(pickle.dumps(work))
    run(engine, Round(str(place), str(staging), groups).build, staging)
    files = dict(json.loads((place / "result.json").read_text()))
    return [pickle.loads((place / files[group]).read_bytes()) for group in range(groups)]


@dataclass(frozen=True)
class Round:
    """A pipeline that does the work in `place` for each group."""

    place: str
    staging: str
    groups: int

    def build(self, p: "beam.Pipeline") -> None:
        """Wire the steps."""
        import apache_beam as beam

        from weir.pipelines.gather import Gather

        _ = (
            p
            | "Groups" >> beam.Create(range(self.groups))
            | "DoOne" >> beam.Map(do_one, self.place, self.staging)
            | "Gather" >> Gather.all()
            | "Result" >> beam.Map(_write_result, self.place)
        )


def do_one(group: int, place: str, staging: str) -> str:
    """(group, name of the file with its result) as JSON; each attempt writes its own."""
    with told(staging):
        work: Work = pickle.loads((Path(place) / "work").read_bytes())
        name = f"{group}-{secrets.token_hex(8)}"
        (Path(place) / name).write_bytes(pickle.dumps(work(group)))
        return json.dumps([group, name])


def _write_result(names: str, place: str) -> None:
    temporary = Path(place) / "result.json.part"
    temporary.write_text(names)
    temporary.replace(Path(place) / "result.json")
