"""Beacons as sets of parameters, whatever they came as: queries, or objects of a JSON body."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.clicks import CLICK_IDS, is_click_id
from weir.schemas.wires import BATCH
from weir.transforms.distinct import constant, is_true, one_chunk
from weir.transforms.duck import connect
from weir.transforms.parse.cut import Numbers
from weir.transforms.parse.jsonlines import pointer
from weir.transforms.parse.pairs import cut_pairs, decoded


class Hits(Protocol):
    """Some hits."""

    @property
    def body(self) -> bool:
        """They are objects of a JSON body."""

    def __len__(self) -> int: ...

    def get(self, name: str) -> pa.Array:
        """A parameter's value by hit, decoded; null where it is missing or empty, and of two the
        first that says anything."""

    @property
    def clicks(self) -> list[str]:
        """Names in them that are click ids."""

    def some(self, rows: Numbers, names: frozenset[str]) -> "Hits":
        """Some of them, of which these names will be asked."""


@dataclass(frozen=True)
class QueryHits:
    """Hits that are query strings. asked: the names that will be asked for."""

    queries: pa.StringArray
    asked: frozenset[str]
    places: Numbers | None = None  # of each hit in its batch
    body = False
    _got: dict[str, pa.Array] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.queries)

    def get(self, name: str) -> pa.Array:
        """See Hits."""
        if name == BATCH:
            return _places(self.places, len(self))
        if name not in self._got:
            self._got[name] = self._first(name)
        return self._got[name]

    def some(self, rows: Numbers, names: frozenset[str]) -> "Hits":
        """See Hits. All of them at once share what was cut."""
        return self if len(rows) == len(self) else Some(self, rows)

    @cached_property
    def clicks(self) -> list[str]:
        """See Hits."""
        return [name for name in self._by_name[0] if is_click_id(name)]

    @cached_property
    def _by_name(self) -> tuple[dict[str, int], Numbers, Numbers, pa.StringArray]:
        """(code of each name, where each code's pairs begin, pairs' queries, their values)."""
        pairs = cut_pairs(self.queries, self._wanted)
        full = pc.not_equal(pairs.values, "").to_numpy(zero_copy_only=False)
        codes, index = pairs.codes[full], pairs.index[full]
        narrow = np.uint16 if len(pairs.names) < 1 << 16 else np.int64
        order = np.argsort(codes.astype(narrow), kind="stable")  # by radix, if it is narrow
        begins = np.searchsorted(codes[order], np.arange(len(pairs.names) + 1))
        names = {name: code for code, name in enumerate(pairs.names.to_pylist())
                 if begins[code] < begins[code + 1]}  # fmt: skip
        return names, begins, index[order], pairs.values.filter(pa.array(full)).take(order)

    def _wanted(self, names: pa.StringArray) -> pa.Array:
        return pa.array([name in self.asked or is_click_id(name) for name in names.to_pylist()])

    def _first(self, name: str) -> pa.Array:
        names, begins, index, values = self._by_name
        if name not in names:
            return pa.nulls(len(self), pa.string())
        start, end = begins[names[name]], begins[names[name] + 1]
        at = np.full(len(self), -1)
        at[index[start:end][::-1]] = np.arange(end - start)[::-1]
        mine = decoded(values.slice(start, end - start))
        return mine.take(pa.array(at, mask=at < 0))


@dataclass(frozen=True)
class JsonHits:
    """Hits that are JSON objects; a dotted name leads into them. whole: names whose value may be
    an object or list and is given as JSON then; of others such a value counts as missing."""

    objects: pa.StringArray  # valid JSON objects
    asked: frozenset[str]
    whole: frozenset[str] = frozenset()
    places: Numbers | None = None
    body = True

    def __len__(self) -> int:
        return len(self.objects)

    def get(self, name: str) -> pa.Array:
        """See Hits."""
        if name == BATCH:
            return _places(self.places, len(self))
        if name not in self._columns:
            return pa.nulls(len(self), pa.string())
        return self._columns[name]

    def some(self, rows: Numbers, names: frozenset[str]) -> "JsonHits":
        """See Hits."""
        places = None if self.places is None else self.places[rows]
        return JsonHits(self.objects.take(pa.array(rows)), names, self.whole, places)

    @cached_property
    def clicks(self) -> list[str]:
        """See Hits. Only at the top."""
        likely = pc.match_substring_regex(self.objects, _LIKELY)
        with connect() as con:
            con.register("objects", pa.table({"text": self.objects.filter(likely)}))
            found = con.sql("SELECT DISTINCT unnest(json_keys(text)) FROM objects").fetchall()
        return sorted(name for (name,) in found if is_click_id(name))

    @cached_property
    def _columns(self) -> dict[str, pa.Array]:
        """Values as text. What begins like an object or list is rare and looked at again."""
        names = sorted(self.asked)
        texts = _json_texts(self.objects, names, "json_extract_string")
        columns = {name: pc.list_element(texts, at) for at, name in enumerate(names)}
        for name in names:
            missing = pc.equal(columns[name], "")
            nested = is_true(pc.match_substring_regex(columns[name], r"^[\[{]"))
            if name not in self.whole and pc.any(nested).as_py():
                kinds = pc.list_element(_json_texts(self.objects, [name], "json_type"), 0)
                missing = pc.or_(missing, pc.and_(nested, pc.not_equal(kinds, "VARCHAR")))
            columns[name] = pc.if_else(is_true(missing), None, columns[name])
        return columns


_LIKELY = '(?i)"(?:' + "|".join(map(re.escape, sorted(CLICK_IDS))) + ')"\\s*:'


def _json_texts(objects: pa.Array, names: list[str], function: str) -> pa.Array:
    """A list of texts for each object: what a DuckDB function says of each name's place in it."""
    if not names or not len(objects):
        return pa.nulls(len(objects), pa.list_(pa.string()))
    with connect() as con:
        con.register("objects", pa.table({"row": np.arange(len(objects)), "text": objects}))
        found = con.sql(
            f"SELECT {function}(text, $paths::VARCHAR[]) AS found FROM objects ORDER BY row",
            params={"paths": [pointer(name) for name in names]},
        ).to_arrow_table()
    return one_chunk(found["found"])


@dataclass(frozen=True)
class Some:
    """Some of other hits."""

    hits: Hits
    rows: Numbers

    @property
    def body(self) -> bool:
        """See Hits."""
        return self.hits.body

    @property
    def clicks(self) -> list[str]:
        """See Hits."""
        return self.hits.clicks

    def __len__(self) -> int:
        return len(self.rows)

    def get(self, name: str) -> pa.Array:
        """See Hits."""
        return self.hits.get(name).take(pa.array(self.rows))

    def some(self, rows: Numbers, names: frozenset[str]) -> "Some":
        """See Hits."""
        return Some(self.hits, self.rows[rows])


def first(hits: Hits, names: tuple[str, ...]) -> pa.Array:
    """Of several parameters the first that is present, by hit."""
    found = [hits.get(name) for name in names]
    if not found:
        return pa.nulls(len(hits), pa.string())
    return pc.coalesce(*found) if len(found) > 1 else found[0]


def _places(places: Numbers | None, size: int) -> pa.Array:
    if places is None:
        return constant("0", size, pa.string())
    return pa.array(places).cast(pa.string())
