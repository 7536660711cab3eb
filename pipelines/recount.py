"""Counting anew what an edition was made of: by its own names."""

from collections.abc import Sequence

import pyarrow as pa

from weir.pipelines.rounds import Part
from weir.transforms.disclose.crowd import allowed


def named(part: Part, crowds: Sequence[pa.Table]) -> pa.Table:
    """The open values of a part that have a crowd, as an edition in mode threshold names them."""
    return allowed(crowds, part.counting.rule)
