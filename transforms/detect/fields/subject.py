"""What a value is of, by its name: team_lead is a lead and no team, brand_name a brand."""

from collections.abc import Iterator
from functools import lru_cache

from weir.transforms.detect.fields.policy import words

_SAYS_NOTHING = frozenset((
    "name", "names", "id", "ids", "code", "key", "value", "filter", "no", "nr", "number", "num",
))  # fmt: skip
"""Words behind which the one before them tells."""


@lru_cache(maxsize=4096)
def subject(name: str, above: str | None = None) -> tuple[str, ...]:
    """The last word of a name; where that says nothing, the one before it, too, of the name of the
    object above if there is no other: {"order": {"id": …}}."""
    return tuple(_from_the_end(name, above))


def _from_the_end(name: str, above: str | None) -> Iterator[str]:
    for word in (*reversed(words(name)), *reversed(words(above or ""))):
        if not word.isdigit():
            yield word
            if word not in _SAYS_NOTHING:
                return
