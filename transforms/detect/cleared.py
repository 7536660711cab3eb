"""What a process has found to need judging, and what not: the blocks of one log ask for the same.

A look costs most before the first value: 20 ms, for putting its expressions together anew. So what
is asked again is best not asked at all. In memory only, and never more than MOST of one kind of
look; what needs judging may be somebody's, and is held as a keyed hash, like its verdict.
"""

import secrets
from collections.abc import Callable, Hashable

import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.keys import keyed_hash

MOST = 400_000
_DEARER = 10  # so many times what it costs to look a value up is what a look at it costs
_SOON = 20_000  # so many are searched in a millisecond, whatever is looked up
_SIZE = 16

_key = secrets.token_bytes(32)
_cleared: dict[Hashable, pa.Array] = {}
_flagged: dict[Hashable, pa.Array] = {}  # keyed hashes

Look = Callable[[pa.StringArray], pa.BooleanArray]


def suspects(look: Hashable, values: pa.StringArray, suspicious: Look) -> pa.BooleanArray:
    """What `suspicious` says of each value, without asking again for those that it has answered.

    look: names what is looked for and all that decides, so that no answer is taken for another's.
    Null stays null.
    """
    known = _cleared.get(look, pa.array([], pa.string()))
    # All that is known is hashed to look a single one up.
    if len(known) > max(_SOON, len(values) * _DEARER):
        return suspicious(values)
    new = pc.invert(pc.is_in(values, value_set=known))  # null is not among them: it is asked
    asked = values.filter(new)
    answers = _unless_flagged(look, asked, suspicious)
    clean = asked.filter(pc.fill_null(pc.invert(answers), False))
    _cleared[look] = _together(known, clean)
    nothing = pc.if_else(values.is_valid(), False, pa.scalar(None, pa.bool_()))
    return pc.replace_with_mask(nothing, new, answers)


def _unless_flagged(look: Hashable, values: pa.StringArray, suspicious: Look) -> pa.BooleanArray:
    """The same of values that were not cleared: those that were flagged are not asked again."""
    known = _flagged.get(look, pa.array([], pa.binary(_SIZE)))
    new = pc.invert(pc.is_in(keyed_hash(values, _key, _SIZE), value_set=known))
    asked = values.filter(new)
    answers = suspicious(asked) if len(asked) else pa.array([], pa.bool_())
    flagged = asked.filter(pc.fill_null(answers, False))
    _flagged[look] = _together(known, keyed_hash(flagged, _key, _SIZE))
    return pc.replace_with_mask(pa.repeat(pa.scalar(True), len(values)), new, answers)


def _together(known: pa.Array, more: pa.Array) -> pa.Array:
    kept = known if len(known) + len(more) <= MOST else known.slice(0, 0)
    return pa.concat_arrays([kept, more.slice(0, MOST)])


def forget() -> None:
    """Know nothing again."""
    _cleared.clear()
    _flagged.clear()
