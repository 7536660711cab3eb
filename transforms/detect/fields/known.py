"""What names of fields tell: Weir's own ones, and those that a site declares."""

from collections.abc import Callable
from dataclasses import dataclass

from weir.transforms.detect.fields.composed import shape_of
from weir.transforms.detect.fields.policy import entity_of, names_something, words
from weir.transforms.detect.people.worth import fold, raw_worth

_BORNE = 2  # points of a name, see names.txt


def _none(_: str) -> None:
    return None


@dataclass(frozen=True)
class Known:
    """own: the entity that the site says a name means. A name that a filter or another field says
    is as good as one that stands before its value, so all are asked here."""

    own: Callable[[str], str | None] = _none

    def tells(self, name: str) -> bool:
        """Whether a name takes part in the policy at all."""
        return names_something(name) or self.own(name) is not None

    def is_a_field(self, value: str) -> bool:
        """Whether a value is a field's name itself: name:asc, lastName=lastName. Not what somebody
        is called as well (Khan, Vega), nor what has digits: those are values before all."""
        if any(map(str.isdigit, value)) or max(raw_worth(fold(value))) >= _BORNE:
            return False
        return self.tells(value)

    def entity_of(self, name: str) -> str | None:
        """What a name alone says that its value is."""
        return entity_of(name) or self.own(name)

    def decides(self, name: str) -> bool:
        """Whether what stands under a name is somebody's, alone or by its shape."""
        return self.entity_of(name) is not None or shape_of(words(name)) is not None


WEIRS = Known()
