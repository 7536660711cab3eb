"""What the fast path knows of a format: where quotes and spaces cut it into pieces."""

from dataclasses import dataclass

from weir.transforms.parse.directives import Field, Literal, Token
from weir.transforms.parse.exact import Exact
from weir.transforms.parse.times import CLF

Part = str | Field


@dataclass(frozen=True)
class Word:
    """What stands between two spaces outside of quotes.

    clock: "" or which half of a %t stamp it is, `date` or `zone`; then `lead` and `trail` are the
    literal text around it.
    """

    parts: tuple[Part, ...]
    clock: str = ""
    lead: str = ""
    trail: str = ""

    @property
    def field(self) -> Field | None:
        """The field, if the word is one field and nothing else."""
        only = self.parts[0] if len(self.parts) == 1 else None
        return only if isinstance(only, Field) else None

    @property
    def literal(self) -> str | None:
        """The text, if the word has no field."""
        return "".join(self.parts) if all(isinstance(p, str) for p in self.parts) else None  # type: ignore[arg-type]

    @property
    def exact(self) -> Exact:
        """The word read as if it were a line: for those that hold more than a field."""
        return Exact(tuple(p if isinstance(p, Field) else Literal(p) for p in self.parts))


@dataclass(frozen=True)
class Shape:
    """Pieces between quotes: words outside of them (even ones), one field inside (odd ones)."""

    outside: tuple[tuple[Word, ...], ...]
    inside: tuple[Field, ...]


def shape_of(tokens: tuple[Token, ...]) -> Shape | None:
    """The shape of a format, or None: then every line goes the slow way."""
    pieces = _pieces(tokens)
    if len(pieces) < 3 or len(pieces) % 2 == 0:
        return None
    inside = [piece[0] for piece in pieces[1::2] if len(piece) == 1]
    fields = tuple(
        part for part in inside if isinstance(part, Field) and part.kind in ("text", "word")
    )
    if len(fields) != len(pieces) // 2:
        return None
    outside = [_words(piece) for piece in pieces[0::2]]
    if any(words is None for words in outside):
        return None
    return Shape(tuple(words for words in outside if words is not None), fields)


def _pieces(tokens: tuple[Token, ...]) -> list[list[Part]]:
    pieces: list[list[Part]] = [[]]
    for token in tokens:
        if isinstance(token, Field):
            pieces[-1].append(token)
            continue
        first, *rest = token.text.split('"')
        pieces[-1] += [first] if first else []
        pieces += [[text] if text else [] for text in rest]
    return pieces


def _words(piece: list[Part]) -> tuple[Word, ...] | None:
    """The words of a piece; None if a field in it may hold spaces as it likes."""
    words: list[list[Part]] = [[]]
    clocks: dict[int, str] = {}
    for part in piece:
        if isinstance(part, str):
            first, *rest = part.split(" ")
            words[-1] += [first] if first else []
            words += [[text] if text else [] for text in rest]
        elif part.kind == "time" and part.clock == CLF:
            clocks |= {len(words) - 1: "date", len(words): "zone"}
            words[-1].append(part)
            words.append([part])
        elif part.kind == "time" and " " in part.clock:
            return None
        else:
            words[-1].append(part)
    out = [_word(tuple(parts), clocks.get(number, "")) for number, parts in enumerate(words)]
    return None if any(word is None for word in out) else tuple(w for w in out if w is not None)


def _word(parts: tuple[Part, ...], clock: str) -> Word | None:
    if not clock:
        return Word(parts)
    at = next(n for n, part in enumerate(parts) if isinstance(part, Field))
    around = (parts[:at], parts[at + 1 :])
    if not all(isinstance(part, str) for side in around for part in side):
        return None
    lead, trail = ("".join(side) for side in around)  # type: ignore[arg-type]
    return Word(parts, clock, lead, trail)
