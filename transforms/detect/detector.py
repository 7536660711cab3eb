"""The detector: distinct raw strings in, text that may cross and findings that say why out."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas import detect as facts
from weir.schemas.config import Detection
from weir.transforms.detect import cache, paths, referrers
from weir.transforms.detect.cleared import suspects
from weir.transforms.detect.fields.alone import ALONE, could_be_of_somebody
from weir.transforms.detect.fields.alone import PARTS as PARTS_OF_NAMES
from weir.transforms.detect.fields.by_host import called_hosts
from weir.transforms.detect.fields.known import Known
from weir.transforms.detect.fields.names import clean_names
from weir.transforms.detect.fields.policy import entity_of
from weir.transforms.detect.fields.sites import with_sites, without_sites
from weir.transforms.detect.found import Cleaned, Referrers, findings, identifiers, kind_of
from weir.transforms.detect.judge import judge
from weir.transforms.detect.limits.deadline import Failed, judged
from weir.transforms.detect.matching.gate import LABELLED, any_of, gate
from weir.transforms.detect.people.model import could_be_people, identity
from weir.transforms.detect.people.neighbours import could_name
from weir.transforms.detect.recognizers.engine import THRESHOLD, Engine, open_engine
from weir.transforms.detect.recognizers.own import OwnRecognizers, own_recognizers
from weir.transforms.detect.sources import code_digest
from weir.transforms.detect.text.decode import PLUS_IS_LITERAL
from weir.transforms.detect.turns import in_turn
from weir.transforms.detect.unclear import could_be_unclear
from weir.transforms.detect.verdicts import LABEL, Asked, Verdict, failed


@dataclass(frozen=True)
class Detector:
    """Judges values. Picklable; the recognizers open in the process that first needs them.

    least: score from which a recognizer's hit counts; an audit wants to hear of lesser ones too.
    """

    settings: Detection = field(default_factory=Detection)
    least: float = THRESHOLD

    @cached_property
    def version(self) -> str:
        """What decides: code, tables, settings and model, as 16 hex digits. For manifests.

        Raises ConfigError for a model that is not installed.
        """
        name = self.settings.nlp_model
        settings = self.settings.model_dump_json(exclude={"nlp_model"})
        decides = "\0".join(
            (code_digest(), facts.digest(), settings, identity(name) if name else "")
        )
        decides += f"\0{self.least}" if self.least != THRESHOLD else ""
        return hashlib.sha256(decides.encode()).hexdigest()[:16]

    @cached_property
    def _engine(self) -> Engine:
        return open_engine(self.settings, self.least)

    @cached_property
    def _own(self) -> OwnRecognizers:
        return own_recognizers(self.settings)

    @property
    def known(self) -> Known:
        """What names of fields tell, the site's own among them."""
        return Known(self._own.entity_of)

    def entity_of(self, name: str) -> str | None:
        """What a parameter's name alone says that its value is, if that is to be looked for."""
        entity = self._own.entity_of(name)
        if entity is None or self._own.guesses(entity):
            return entity_of(name)
        return kind_of(entity)

    def names(self, names: Iterable[str]) -> list[str]:
        """Those of DISTINCT names that may be counted in the internal run report, in order: what is
        written as names are, and of which strict has nothing to say."""
        written = [name for name in clean_names(names) if not self._own.takes(name)]
        parts = ("query" if name.istitle() else "name" for name in written)  # Derek is no program's
        asked = [Asked(name, part) for name, part in zip(written, parts, strict=True)]
        verdicts = self._of_names.verdicts(asked)
        return [name for name, one in zip(written, verdicts, strict=True) if not one.found]

    @cached_property
    def _of_names(self) -> "Detector":
        """What looks at names: a report of counts has no crowd rule for one that is unclear."""
        strict = self.settings.model_copy(update={"mode": "strict"})
        return self if self._strict else replace(self, settings=strict)

    @cached_property
    def modes(self) -> "tuple[Detector, ...]":
        """This one, and for strict balanced as well: of a free text each takes its own words away
        and looks at what is left, so alone strict could leave what balanced takes."""
        balanced = self.settings.model_copy(update={"mode": "balanced"})
        return (self, replace(self, settings=balanced)) if self._strict else (self,)

    def __getstate__(self) -> dict[str, Any]:
        return {"settings": self.settings, "least": self.least}

    @property
    def _strict(self) -> bool:
        return self.settings.mode == "strict"

    def warm(self) -> None:
        """Open the recognizers now, rather than at the first value that needs them."""
        _ = self._engine

    def values(
        self, values: pa.StringArray, key: str | pa.StringArray | None = None, part: str = "query"
    ) -> Cleaned:
        """Judge DISTINCT raw (still encoded) values that stood under `key` in `part` (see PARTS).

        A personal value becomes `{entity}`, one that cannot be judged `{unreadable}`; a harmless
        one is decoded (percent, plus, `\\u`, HTML, NFKC), its control characters `U+FFFD` and its
        braces percent-encoded. With keys per value, (key, value) is what is distinct. In part
        `label` the key is a column of ours: it gives context and decides nothing.
        """
        values, keys = _string(values), _keys(key, len(values))
        spaced = values if part in PLUS_IS_LITERAL else pc.replace_substring(values, "+", " ")
        suspect = self._suspect(values, spaced, keys, part)
        suspects = pc.indices_nonzero(pc.fill_null(suspect, False))
        asked = [
            Asked(value, part, name)
            for value, name in zip(
                values.take(suspects).to_pylist(), keys.take(suspects).to_pylist(), strict=True
            )
        ]
        return self._cleaned(spaced, suspects, self.verdicts(asked), asked)

    def paths(self, raw: pa.StringArray, part: str = "path") -> Cleaned:
        """Judge DISTINCT raw paths (no query), segment by segment, each with the one before it.

        `;parameters` are dropped. A personal segment becomes `{entity}`; separators stay, and a
        separator that was encoded stays encoded. A suspicious path of too many bytes or segments,
        or that costs more than a value may, is closed as a whole. A finding's index is the path's.
        """
        raw = _string(raw)
        plain = paths.without_parameters(raw)
        suspect = paths.suspect(plain, self.settings.value_bytes, self._strict)
        suspect = pc.fill_null(self._also(suspect, plain), False)
        endless = pc.and_(suspect, paths.endless(plain, self.settings.value_bytes))
        suspects = pc.indices_nonzero(pc.and_not(suspect, endless))
        closed = self._closed(plain, pc.indices_nonzero(endless), part)
        plain = closed.clean
        taken = paths.take_apart(plain.take(suspects), self._own.befores)
        odd = paths.suspect_segments(taken, self.settings.value_bytes, self._strict)
        odd = pc.or_(self._also(odd, taken.distinct), taken.behind(self._own.routes))
        odd = pc.indices_nonzero(odd)
        asked = [
            Asked(segment, part, None, before or None)
            for before, segment in zip(
                taken.befores.take(odd).to_pylist(),
                taken.distinct.take(odd).to_pylist(),
                strict=True,
            )
        ]
        turns = in_turn(taken, odd, asked, self.verdicts)
        clean = pa.array(
            [v.clean.replace("/", "%2F") if v else None for v in turns.verdicts], pa.string()
        )
        whole = _put(plain, suspects, taken.together(_put(taken.distinct, odd, clean)))
        flagged = {
            at: (one, verdict)
            for at, one, verdict in zip(odd.to_pylist(), asked, turns.verdicts, strict=True)
            if verdict and verdict.found
        }
        too_much = set(turns.endless.tolist())
        rows = [(row, i) for row, i in taken.where(list(flagged)) if row not in too_much]
        found = findings((suspects[row].as_py(), *flagged[i]) for row, i in rows)
        dear = suspects.take(pa.array(turns.endless))
        endless = self._closed(plain, dear, part)
        both = [found, closed.findings, endless.findings]
        return Cleaned(
            _put(whole, dear, endless.clean.take(dear)),
            pa.concat_tables(both).sort_by("index") if any(map(len, both[1:])) else found,
            identifiers(verdict for _, verdict in flagged.values()),
        )

    def _closed(self, values: pa.StringArray, which: pa.Array, part: str) -> Cleaned:
        """The values with those that are too long or fall into too much closed, unseen."""
        asked = [Asked(value, part) for value in values.take(which).to_pylist()]
        verdicts = [failed("too_long" if self._too_long(one) else "too_much") for one in asked]
        return self._cleaned(values, which, verdicts, asked)

    def referrers(self, urls: pa.StringArray) -> Referrers:
        """Domain and path of DISTINCT raw referrer URLs; query, user and fragment never cross.

        The domain is `{ip}` for an address and null for a personal host or what is no URL.
        """
        hosts, raw_paths = referrers.split(_string(urls))
        distinct = hosts.dictionary_encode()
        encoded = with_sites(hosts, raw_paths).dictionary_encode()
        judged = self.paths(encoded.dictionary, part="referrer_path")
        judged_hosts = self.values(distinct.dictionary, part="referrer_host")
        return Referrers(
            referrers.spread(
                referrers.domains(distinct.dictionary, judged_hosts), distinct.indices
            ),
            referrers.spread(replace(judged, clean=without_sites(judged.clean)), encoded.indices),
        )

    def verdicts(self, asked: Sequence[Asked]) -> list[Verdict]:
        """The verdict on each; what was asked before is remembered."""
        known = cache.remembered(list(asked), self.version)
        new = [one for one in dict.fromkeys(asked) if one not in known]
        known |= {one: failed("too_long", one.key) for one in new if self._too_long(one)}
        short = [one for one in new if one not in known]
        if short:
            known |= self._judged(short)
        return [known[one] for one in asked]

    def _too_long(self, asked: Asked) -> bool:
        return len(asked.value.encode("utf-8", "replace")) > self.settings.value_bytes

    def _judged(self, asked: list[Asked]) -> dict[Asked, Verdict]:
        """New verdicts; failures are not remembered, they may not happen again."""
        results = judged(
            partial(judge, engine=self._engine), asked, self.settings.timeout_ms / 1000
        )
        sure = [(a, r) for a, r in zip(asked, results, strict=True) if not isinstance(r, Failed)]
        cache.remember(sure, self.version)
        return {
            a: failed(r.rule, a.key) if isinstance(r, Failed) else r
            for a, r in zip(asked, results, strict=True)
        }

    def _suspect(self, values: pa.Array, spaced: pa.Array, keys: pa.Array, part: str) -> pa.Array:
        """Where a value needs more than the gate: by its text, its name or its length.

        spaced: the values with spaces for their pluses, if these mean spaces.
        """
        suspect = self._by_text(values, spaced, part)
        if part.endswith("path"):
            suspect = pc.or_(suspect, any_of(values, paths.SEGMENT_SHAPES))
        if part == "referrer_host":
            suspect = pc.or_(suspect, pc.match_substring_regex(values, called_hosts()))
        if part == "text":
            suspect = pc.or_(suspect, pc.match_substring_regex(values, LABELLED))
        if part in PARTS_OF_NAMES:
            alone = pc.match_substring_regex(values, ALONE)
            suspect = pc.or_(suspect, pc.and_(alone, _where(keys, could_be_of_somebody)))
        return suspect if part == LABEL else pc.or_(suspect, _where(keys, self._tells))

    def _tells(self, key: str | None) -> bool:
        """Whether the key takes part in the policy."""
        return key is not None and self.known.tells(key)

    def _by_text(self, values: pa.Array, spaced: pa.Array, part: str) -> pa.Array:
        """The same by text and length alone, as it stands or with spaces."""
        plus = pc.fill_null(pc.match_substring(values, "+"), False)
        some = spaced.slice(0, 0) if spaced is values else spaced.filter(plus)
        both = pa.concat_arrays([values, some])
        look = ("value", part, self.settings.value_bytes, self._strict)
        suspect = self._also(suspects(look, both, self._suspicious), both)
        written = suspect.slice(0, len(values))
        if not len(some):
            return written
        read = pc.fill_null(suspect.slice(len(values)), True)
        return pc.or_(written, pc.replace_with_mask(plus, plus, read))

    def _also(self, suspect: pa.Array, values: pa.Array) -> pa.Array:
        """Also where the site's own recognizers or its model want a look."""
        if self._own:
            suspect = pc.or_(suspect, self._own.suspects(values))
        return pc.or_(suspect, could_be_people(values)) if self.settings.nlp_model else suspect

    def _suspicious(self, values: pa.Array) -> pa.Array:
        long = pc.greater(pc.binary_length(values), self.settings.value_bytes)
        suspect = pc.or_(pc.or_(gate(values), long), could_name(values, self._strict))
        suspect = pc.or_(suspect, paths.lead_on(values))
        return pc.or_(suspect, could_be_unclear(values)) if self._strict else suspect

    def _cleaned(
        self, values: pa.Array, suspects: pa.Array, verdicts: list[Verdict], asked: list[Asked]
    ) -> Cleaned:
        clean = _put(values, suspects, pa.array([v.clean for v in verdicts], pa.string()))
        indices = suspects.to_pylist()
        found = [
            (index, one, verdict)
            for index, one, verdict in zip(indices, asked, verdicts, strict=True)
            if verdict.found
        ]
        return Cleaned(clean, findings(found), identifiers(v for _, _, v in found))


def _string(values: pa.Array | pa.ChunkedArray) -> pa.StringArray:
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    return values if values.type == pa.string() else values.cast(pa.string())


def _keys(key: str | pa.Array | None, length: int) -> pa.Array:
    if key is None or isinstance(key, str):
        return pa.DictionaryArray.from_arrays(
            pa.repeat(pa.scalar(0, pa.int32()), length), pa.array([key], pa.string())
        )
    return _string(key).dictionary_encode()


def _where(keys: pa.DictionaryArray, holds: Callable[[str | None], bool]) -> pa.Array:
    """Where it holds of a value's key; each key is asked about once."""
    said = [holds(name) for name in keys.dictionary.to_pylist()]
    return pc.fill_null(pa.array(said, pa.bool_()).take(keys.indices), False)


def _put(values: pa.Array, indices: pa.Array, replacements: pa.Array) -> pa.Array:
    """`values` with `replacements` at `indices` (ascending)."""
    if not len(indices):
        return values
    mask = np.zeros(len(values), dtype=bool)
    mask[indices.to_numpy()] = True
    return pc.replace_with_mask(values, pa.array(mask), replacements)
