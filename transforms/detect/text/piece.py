"""A value inside a text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """A value inside a text: its span, the name it stands under, the segment before it."""

    start: int
    end: int
    part: str
    key: str | None = None
    before: str | None = None

    def shifted(self, by: int) -> "Piece":
        """The piece in a text that has `by` more characters in front."""
        return Piece(self.start + by, self.end + by, self.part, self.key, self.before)
