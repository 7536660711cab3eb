"""Counting anew what an edition was made of: by its own names, under its own rules."""

from collections.abc import Sequence

import pyarrow as pa

from weir.pipelines.rounds import Part
from weir.schemas.manifests import PolicyStamp
from weir.transforms.disclose.crowd import allowed


def named(part: Part, crowds: Sequence[pa.Table]) -> pa.Table:
    """The open values of a part that have a crowd, as an edition in mode threshold names them."""
    return allowed(crowds, part.counting.rule)


def same_rules(one: PolicyStamp, other: PolicyStamp) -> bool:
    """Whether two policies make the same numbers. Their digests are of recipients, too, and a new
    recipient changes no number; a changed rule is another version."""
    return (one.name, one.version) == (other.name, other.version)
