"""`weir audit`: an independent look at what a store has published.

It takes no step's word for anything: each file is read again, whatever names it; classes come from
footers, texts from cells, names and footers, and what the ingest vouched for is not asked. Nothing
in the store is changed.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from rich.console import Console

from weir.pipelines.contents import UNREADABLE, UnreadableError, contents, is_ours, rows
from weir.pipelines.progress import Marks, watch
from weir.pipelines.store import Store
from weir.pipelines.walk import File, Walk, is_gone, is_sealed, name_in, walk
from weir.schemas.columns import ADMITTED, NII, Zone
from weir.schemas.config import Detection
from weir.schemas.errors import UsageError
from weir.transforms.audit import LEAST, Look
from weir.transforms.detect import Detector
from weir.transforms.keys import Keyring, keyed_hash
from weir.transforms.known import WHOSE, Known, made, of_proof
from weir.transforms.parse.inspect import shape
from weir.transforms.texts import NAME, columns_of, key_texts

BATCH = 300_000
"""Texts that are looked at together: some 300 MB, and all that grows with a store."""
SHAPES = 3
"""Of so many values of a find the shape is kept."""
CLEARED = 8_000_000
"""Hashes of so many texts in which nothing was found: the files of all dates hold the same ones."""
_KEY = secrets.token_bytes(32)


class Where(NamedTuple):
    """Where texts stand: a column of a dataset, in the first of its files that has any."""

    zone: str
    dataset: str
    column: str


@dataclass
class Find:
    """What was found in a column by one rule: how many distinct values, in how many cells."""

    where: Where
    kind: str
    rule: str
    sure: bool
    file: str
    cells: int = 0
    values: set[bytes] = field(default_factory=set)  # keyed hashes
    shapes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Dictionary:
    """Whether the identifiers of a purpose were looked for, how many, or why not."""

    whose: str
    identifiers: int
    why_not: str = ""
    left_out: int = 0  # files whose key was destroyed
    ways: int = 0  # of writing them apart or encoded
    superseded: int = 0  # files that no manifest names: what is in them may count again


@dataclass
class Audited:
    """What an audit saw and found."""

    store: str
    strict: bool
    files: int = 0
    bytes: int = 0
    cells: int = 0
    values: int = 0  # distinct
    rows: int = 0  # and pairs of cells, distinct, that were looked at across their borders
    finds: list[Find] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)  # file -> why
    unnamed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)  # while it was looked at
    dictionaries: tuple[Dictionary, ...] = ()

    @property
    def sure(self) -> list[Find]:
        """The finds that count."""
        return [find for find in self.finds if find.sure]

    @property
    def clean(self) -> bool:
        """Nothing was found, and nothing was there that could not be looked into."""
        return not self.sure and not self.unreadable


def audit(
    path: str, settings: Detection, keys: Path | None, strict: bool, console: Console
) -> Audited:
    """Look at everything published in a store, as detection's strict mode does.

    keys: a key directory, if there is one. strict: what that mode alone closes is a find, too; it
    always is where the settings are strict.

    Raises UsageError if there is no store, or a key file that cannot be used.
    """
    root = Store.open(path).root
    files = walk(root)
    strict = strict or settings.mode == "strict"
    with TemporaryDirectory(prefix="weir-audit-") as scratch:
        known, told = _dictionaries(files, keys, Path(scratch))
        look = Look(Detector(settings, LEAST), known, strict)
        tally = _Tally(look, Audited(str(path), strict, dictionaries=told), dict(files.unreadable))
        marks = Marks(str(Path(scratch) / "marks"))
        published = files.published()
        size = sum(file.size for file in published)
        # Texts that are new to it take long, and how many of them are ahead nobody knows.
        with watch(console, "audit", marks, size, "cells", even=False):
            for file in published:
                tally.read(file, files)
                marks.note("audit", tally.done.cells, (tally.done.bytes + tally.looked_at) // 2)
            tally.flush()
        _behind(files, tally.done)
        return tally.ended(root, files)


def demand_keys(keys: Path) -> None:
    """UsageError for a directory in which no key of an audit lies."""
    if not any((keys / f"{whose}.json").exists() for whose in WHOSE):
        raise UsageError(f"{keys}: no key of {', '.join(WHOSE)} here; name the operator's keys")


def _dictionaries(
    files: Walk, keys: Path | None, scratch: Path
) -> tuple[tuple[Known, ...], tuple[Dictionary, ...]]:
    """The dictionaries that the keys open, and what is to be said of each."""
    known, told = [], []
    for whose in WHOSE:
        one = _dictionary(whose, files.behind(whose), keys, scratch)
        if isinstance(one, str):
            told.append(Dictionary(whose, 0, one))
        else:
            superseded = files.unnamed_behind(whose)
            told.append(
                Dictionary(
                    whose, one.identifiers, _why_not(one), one.left_out, one.ways, superseded
                )
            )
            known += [one] if one.files else []
            closed = f"cannot be decrypted with {keys}: damaged, or other keys made it"
            files.unreadable |= {Path(path): closed for path in one.damaged}
    return tuple(known), tuple(told)


def _why_not(one: Known) -> str:
    if one.files or not (one.left_out or one.damaged):
        return ""
    return "none of their files opens" if one.damaged else "their keys were destroyed"


def _dictionary(
    whose: str, paths: tuple[str, ...], keys: Path | None, scratch: Path
) -> Known | str:
    """A dictionary, or why there is none."""
    if keys is None:
        return "no keys were named"
    if not (keys / f"{whose}.json").exists():
        return f"no key {keys / whose}.json"
    keyring = Keyring.open(keys, whose)
    return of_proof(paths, keyring) if whose == "proof" else made(whose, paths, keyring, scratch)


class _Tally:
    """Texts until there are enough to be looked at together, and what was found so far."""

    def __init__(self, look: Look, done: Audited, unreadable: dict[Path, str]) -> None:
        self.look = look
        self.done = done
        self.unreadable = unreadable
        self.texts: list[pa.Table] = []
        self.keys: list[pa.Table] = []
        self.across: list[pa.Table] = []
        self.held = 0
        self.looked_at = 0  # bytes of the files whose texts were
        self.cleared = np.empty(0, np.uint64)  # hashes of what needs no second look
        self.places: list[tuple[Where, str]] = []
        self.finds: dict[tuple[Where, str, str, bool], Find] = {}

    def read(self, file: File, files: Walk) -> None:
        """Take all texts of a file, and the classes of its columns."""
        self.done.files += 1
        self.done.bytes += file.size
        try:
            for texts in contents(file, files):
                self._take(file, texts, self.texts)
            self._columns(file)
            for texts in rows(file) if self.look.seeks else ():
                self._take(file, texts, self.across)
        except UnreadableError as error:
            self.unreadable[file.path] = str(error)
        except UNREADABLE as error:  # gone, or written anew, since its texts were read
            self.unreadable[file.path] = f"changed meanwhile ({type(error).__name__})"

    def _take(self, file: File, texts: pa.Table, held: list[pa.Table]) -> None:
        for column in pc.unique(texts["column"]).to_pylist():
            self.places.append((Where(file.zone, file.dataset, column), file.name))
            some = texts.filter(pc.equal(texts["column"], column))
            place = pa.repeat(pa.scalar(len(self.places) - 1, pa.int32()), some.num_rows)
            held.append(some.append_column("place", place))
            self.held += some.num_rows
        if held is not self.across:
            self.done.cells += pc.sum(texts["cells"]).as_py() or 0
        if self.held >= BATCH:
            self.flush()

    def _columns(self, file: File) -> None:
        """Columns that may not lie where they do, by their own footer or by what they are made of;
        and what the pseudonyms of those that may could be joined with."""
        if file.path.suffix != ".parquet":
            return
        if self.look.joins:
            for keys in key_texts(file.path):
                self._take(file, keys, self.keys)
        zone = Zone(file.zone) if file.zone in set(Zone) else Zone.SHARED
        outside = zone is not Zone.INTERNAL
        for column in columns_of(file.path):
            wrong = column.class_ not in ADMITTED[zone]
            if wrong or (outside and column.could_hold_a_key):
                kind = column.class_ if column.class_ != NII else "pseudonym"
                rule = "class" if wrong else "made_of_bytes"
                where = Where(file.zone, file.dataset, column.name)
                find = self._find(where, str(kind), rule, True, file.name)
                find.cells += column.rows

    def flush(self) -> None:
        """Look at what is held."""
        for kind, held, look in (
            (b"text", self.texts, self.look.found),
            (b"key", self.keys, self.look.joined),
            (b"row", self.across, self.look.across),
        ):
            if held:
                self._look(pa.concat_tables(held), kind, look)
                held.clear()
        self.held, self.places = 0, []
        self.looked_at = self.done.bytes

    def _look(self, texts: pa.Table, kind: bytes, look: Callable[[pa.Table], pa.Table]) -> None:
        pair = ["column", "value"]
        distinct = texts.group_by(pair, use_threads=False).aggregate([]).select(pair)
        hashes = _hashes(distinct, kind)
        new = np.isin(hashes, self.cleared, invert=True)
        if kind == b"row":
            self.done.rows += int(new.sum())
        else:
            self.done.values += int(new.sum())
        found = look(distinct.filter(pa.array(new)))
        flagged = texts.join(found, pair, join_type="inner").sort_by("place")
        for row in flagged.to_pylist():
            where, file = self.places[row["place"]]
            find = self._find(where, row["kind"], row["rule"], row["sure"], file)
            find.cells += row["cells"]
            self._note(find, row["value"])
        clean = hashes[new & np.isin(hashes, _hashes(found, kind), invert=True)]
        self.cleared = np.concatenate([self.cleared, clean])[-CLEARED:]

    def _find(self, where: Where, kind: str, rule: str, sure: bool, file: str) -> Find:
        return self.finds.setdefault((where, kind, rule, sure), Find(where, kind, rule, sure, file))

    def _note(self, find: Find, value: str) -> None:
        name = blake2b(value.encode("utf-8", "replace"), key=_KEY, digest_size=8).digest()
        if name not in find.values and len(find.shapes) < SHAPES:
            find.shapes.append(shape(value.encode("utf-8", "replace")))
        find.values.add(name)

    def ended(self, root: Path, files: Walk) -> Audited:
        """The whole, its names made fit to be told."""
        done = self.done
        done.finds = [*done.finds, *self.finds.values()]
        gone = {name_in(root, path) for path in self.unreadable if is_gone(path)}
        unreadable = {name_in(root, path): why for path, why in self.unreadable.items()}
        unreadable = {name: why for name, why in unreadable.items() if name not in gone}
        paths = [find.where.dataset for find in done.finds] + [find.file for find in done.finds]
        paths += [*unreadable, *gone, *files.unnamed, *files.missing]
        columns = [find.where.column for find in done.finds]
        fit = self._fit({*columns, *(part for path in paths for part in path.split("/"))})

        def told(path: str) -> str:
            return "/".join(fit[part] for part in path.split("/"))

        for find in done.finds:
            zone, dataset, column = find.where
            find.where = Where(zone, told(dataset), fit[column])
            find.file = told(find.file)
        done.finds.sort(key=lambda find: (not find.sure, find.where, find.kind, find.rule))
        done.unreadable = {told(name): unreadable[name] for name in sorted(unreadable)}
        done.unnamed = [told(name) for name in files.unnamed if name not in gone]
        done.missing = [told(name) for name in files.missing]
        done.gone = [told(name) for name in sorted(gone)]
        return done

    def _fit(self, names: set[str]) -> dict[str, str]:
        """Names as they may be told: one in which anything is found, as it stands, as its shape."""
        asked = sorted(name for name in names if name and not is_ours(name))
        texts = [name.encode("utf-8", "replace").decode() for name in asked]
        rows = pa.table(
            {"column": pa.repeat(NAME, len(texts)), "value": pa.array(texts, pa.string())}
        )
        found = set(self.look.found(rows)["value"].to_pylist()) if texts else set()
        hidden = {name for name, text in zip(asked, texts, strict=True) if text in found}
        return {
            name: f"{{{shape(name.encode('utf-8', 'replace'))}}}" if name in hidden else name
            for name in names
        }


def _hashes(texts: pa.Table, kind: bytes) -> npt.NDArray[np.uint64]:
    """64 keyed bits of each (column, value), others for another kind of look."""
    both = pc.binary_join_element_wise(texts["column"], texts["value"], "\0").combine_chunks()
    hashed = keyed_hash(both, _KEY + kind, size=8)
    return np.frombuffer(hashed.buffers()[1], np.uint64, count=len(hashed))


def _behind(files: Walk, done: Audited) -> None:
    """Files behind the wall that anybody could read."""
    for file in files.files:
        if file.zone != Zone.RESTRICTED or file.own or file.dataset.startswith("staged"):
            continue
        if not is_sealed(file.path) and not is_gone(file.path):
            where = Where(file.zone, file.dataset, "(file)")
            done.finds.append(Find(where, "in the clear", "not_encrypted", True, file.name, 1))
