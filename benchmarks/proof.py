"""The proof: how often it takes harmless strings for identifiers, and what a large night costs.

First the dictionary of a million made people is looked for in harmless vocabularies: strings of the
corpus, words, pages of the made log and of logs that are given. Whatever matches is a false match.
Then a night of ten million identifiers, through the functions that a night calls, each step in a
process of its own: CPU time and the greatest memory.

usage: python -m benchmarks.proof [--people N] [--identifiers N] [--strings N] [--log FILE …]
"""

import argparse
import gzip
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
from rich.console import Console
from rich.table import Table

from benchmarks.people import people, visitors
from benchmarks.vocabulary import Vocabulary
from weir.schemas.detect import lexicon
from weir.transforms.encrypted import write_encrypted
from weir.transforms.keys import Keyring, create_keys
from weir.transforms.proof import dictionary_of, prove
from weir.transforms.proving import STRINGS, Proving, prove_staged

KEY = bytes(32)
FLUSH = 65_000  # visitors: as many distinct ones a worker gathers between two files
_REQUEST = re.compile(r'"[A-Z]+ (\S+) HTTP[^"]*" \d+ \S+ "([^"]*)"')


def harmless(logs: list[Path]) -> dict[str, list[str]]:
    """Distinct strings by vocabulary, in which nobody is named."""
    from tests.corpus.making import corpus

    pick, made = Random(3), Vocabulary(1)
    words = sorted(lexicon().english)
    both = sorted(name for name, known in lexicon().names.items() if known[2] == 2)
    items = [item.text for part in ("dev", "test") for item in corpus(part) if not item.spans]
    found = {
        "corpus, harmless strings": items,
        "English words": words,
        "two English words": _pairs(pick, words, "/{}-{}"),
        "two words that are names, too": _pairs(pick, both, "/{}-{}"),
        "made log: pages": made.pages + made.missing + made.assets + made.landings,
        "made log: searches, items": made.searches + made.items,
        "made log: referrers": made.elsewhere,
        "user agents": made.agents + made.robots,
    }
    for path in logs:
        lines = gzip.decompress(path.read_bytes()).decode("utf-8", "replace")
        parts = [_REQUEST.search(line) for line in lines.splitlines()]
        requests = [match for match in parts if match]
        found[f"{path.name}: paths"] = [urlsplit(m[1]).path for m in requests]
        found[f"{path.name}: referrers"] = [m[2] for m in requests]
    return {name: list(dict.fromkeys(texts)) for name, texts in found.items()}


def _pairs(pick: Random, words: list[str], shape: str, number: int = 200_000) -> list[str]:
    return [shape.format(pick.choice(words), pick.choice(words)) for _ in range(number)]


def false_matches(number: int, logs: list[Path], show: int) -> dict[str, Any]:
    """By vocabulary: its strings, how many match the dictionary of so many people, and as what."""
    dictionary = dictionary_of(people(number), KEY)
    found = {}
    for name, texts in harmless(logs).items():
        strings = pa.table([pa.repeat(pa.scalar("path"), len(texts)), texts], schema=STRINGS)
        matches = prove(strings, [dictionary], KEY)
        kinds = matches["kind"].to_pylist()
        rows = matches["value_index"].to_pylist()
        found[name] = {
            "strings": len(texts),
            "matched": len(set(rows)),
            "kinds": {kind: kinds.count(kind) for kind in sorted(set(kinds))},
            "examples": [texts[row] for row in islice(dict.fromkeys(rows), show)],
        }
    return {"identifiers": 6 * number, "entries": dictionary.num_rows, "vocabularies": found}


def a_night(identifiers: int, strings: int, root: Path) -> dict[str, Any]:
    """CPU seconds and greatest memory of writing and of proving against so many identifiers."""
    create_keys(root / "keys")
    (root / "staging").mkdir()
    proving = Proving(str(root / "staging"), Keyring.open(root / "keys", "proof"))
    written = alone(_write_dictionaries, proving, identifiers)
    alone(_write_strings, proving, strings)
    return {"write": written, "prove": alone(_prove, proving)}


def alone(step: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
    """What a step says, with what it used, done in a process of its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_measured, step, arguments).result()


def _measured(step: Callable[..., dict[str, Any]], arguments: tuple[Any, ...]) -> dict[str, Any]:
    began = time.process_time()
    told = step(*arguments)
    peak = int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return {**told, "cpu_s": round(time.process_time() - began, 1), "peak_mb": round(peak)}


def _write_dictionaries(proving: Proving, identifiers: int) -> dict[str, Any]:
    """A file for each flush of a worker; one identifier in eight is a person's, not a browser's."""
    making = 0.0
    for number, start in enumerate(range(0, identifiers, 2 * FLUSH)):
        size = min(2 * FLUSH, identifiers - start)
        before = time.process_time()
        seen = pa.concat_tables([visitors(size * 7 // 16, number), people(size // 48, seed=number)])
        making += time.process_time() - before
        path = Path(proving.staging) / f"dictionary-{number:05}.parquet"
        write_encrypted(dictionary_of(seen, proving.key()), path, proving.keyring, "proof")
    return {"identifiers": identifiers, "files": number + 1, "making_s": round(making, 1)}


def _write_strings(proving: Proving, strings: int) -> dict[str, Any]:
    texts = list(islice(_paths(), strings))
    table = pa.table([pa.repeat(pa.scalar("path"), len(texts)), texts], schema=STRINGS)
    write_encrypted(table, Path(proving.staging) / "strings.parquet", proving.keyring, "proof")
    return {}


def _paths() -> Iterator[str]:
    words, pick = sorted(lexicon().english), Random(5)
    number = 0
    while True:
        number += 1
        yield f"/{pick.choice(words)}/{pick.choice(words)}-{pick.choice(words)}-{number}"


def _prove(proving: Proving) -> dict[str, Any]:
    place = Path(proving.staging)
    told = prove_staged(
        proving,
        [str(place / "strings.parquet")],
        sorted(str(path) for path in place.glob("dictionary-*.parquet")),
    )
    return {key: told[key] for key in ("strings", "identifiers", "replaced")}


def shown(found: dict[str, Any]) -> Table:
    """False matches by vocabulary."""
    title = f"false matches, {found['entries']:,} entries"
    table = Table("vocabulary", "strings", "matched", "of 10,000", "as", title=title)
    for name, told in found["vocabularies"].items():
        share = 10_000 * told["matched"] / max(told["strings"], 1)
        kinds = ", ".join(f"{count} {kind}" for kind, count in told["kinds"].items())
        table.add_row(name, f"{told['strings']:,}", str(told["matched"]), f"{share:.1f}", kinds)
    return table


def main(arguments: list[str]) -> int:
    """Measure and show."""
    parser = argparse.ArgumentParser(prog="benchmarks.proof", description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000, help="0: leave out (1,000,000)")
    parser.add_argument("--log", type=Path, action="append", default=[], help="a packed log, too")
    parser.add_argument("--show", type=int, default=0, help="so many of what matched (0)")
    parser.add_argument(
        "--identifiers", type=int, default=10_000_000, help="0: leave out (10,000,000)"
    )
    parser.add_argument("--strings", type=int, default=500_000, help="distinct ones (500,000)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args(arguments)
    told: dict[str, Any] = {}
    if chosen.people:
        told["false"] = alone(false_matches, chosen.people, chosen.log, chosen.show)
    if chosen.identifiers:
        with tempfile.TemporaryDirectory() as root:
            told["night"] = a_night(chosen.identifiers, chosen.strings, Path(root))
    if chosen.json:
        print(json.dumps(told))
        return 0
    console = Console()
    if "false" in told:
        console.print(shown(told["false"]))
        for name, found in told["false"]["vocabularies"].items():
            for text in found["examples"]:
                console.print(f"  {name}: {text}", markup=False, highlight=False)
    for step, used in told.get("night", {}).items():
        console.print(f"{step}: {used}", highlight=False)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
