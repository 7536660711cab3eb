"""A value inside a text."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Piece:
    """A value inside a text: its span, the name it stands under, the segment before it."""

    start: int
    end: int
    part: str
    key: str | None = None
    before: str | None = None

    def shifted(self, by: int) -> "Piece":
        """The piece in a text that has `by` more characters in front."""
        return replace(self, start=self.start + by, end=self.end + by)
