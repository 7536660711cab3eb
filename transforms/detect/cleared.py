"""Values that a process has found to need no judging: the blocks of one log ask for the same ones.

In memory only, and never more than MOST of one kind of look.
"""

from collections.abc import Callable, Hashable

import pyarrow as pa
import pyarrow.compute as pc

MOST = 400_000
_DEARER = 10  # so many times what it costs to look a value up is what a look at it costs
_cleared: dict[Hashable, pa.Array] = {}


def suspects(
    look: Hashable, values: pa.StringArray, suspicious: Callable[[pa.StringArray], pa.BooleanArray]
) -> pa.BooleanArray:
    """What `suspicious` says of each value, without asking again for those that it has cleared.

    look: names what is looked for and all that decides, so that no answer is taken for another's.
    Null stays null.
    """
    known = _cleared.get(look, pa.array([], pa.string()))
    if len(values) * _DEARER < len(known):  # all that is known is hashed to look a single one up
        return suspicious(values)
    new = pc.invert(pc.is_in(values, value_set=known))  # null is not among them: it is asked
    asked = values.filter(new)
    answers = suspicious(asked)
    clean = asked.filter(pc.fill_null(pc.invert(answers), False))
    kept = known if len(known) + len(clean) <= MOST else known.slice(0, 0)
    _cleared[look] = pa.concat_arrays([kept, clean.slice(0, MOST)])
    nothing = pc.if_else(values.is_valid(), False, pa.scalar(None, pa.bool_()))
    return pc.replace_with_mask(nothing, new, answers)
