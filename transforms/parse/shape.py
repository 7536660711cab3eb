"""What the fast path knows of a format: where quotes and spaces cut it into pieces."""

from dataclasses import dataclass, replace
from functools import cached_property

from weir.transforms.parse.exact import Exact
from weir.transforms.parse.times import CLF
from weir.transforms.parse.tokens import Field, Literal, Token

Part = str | Field


@dataclass(frozen=True)
class Word:
    """What stands between two delimiters outside of quotes, or inside of quotes.

    clock: "" or which half of a %t stamp it is, `date` or `zone`; then `lead` and `trail` are the
    literal text around it. width: how many delimited words it is, of a time with spaces in it.
    gap: any number of spaces may stand before it. quoted: it stands in quotes.
    """

    parts: tuple[Part, ...]
    clock: str = ""
    lead: str = ""
    trail: str = ""
    width: int = 1
    gap: bool = False
    quoted: bool = False

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
    def framed(self) -> tuple[str, Field, str] | None:
        """A time or number with literal text around it."""
        fields = [part for part in self.parts if isinstance(part, Field)]
        if len(fields) != 1 or fields[0].kind not in ("time", "status", "size", "count"):
            return None
        at = self.parts.index(fields[0])
        lead, trail = self.parts[:at], self.parts[at + 1 :]
        return "".join(map(str, lead)), fields[0], "".join(map(str, trail))

    @property
    def led(self) -> tuple[Field, str] | None:
        """A field and the colon behind it, if nobody wants what follows: `address:port`."""
        match self.parts:
            case (Field(kind="word") as first, ":", Field(kind="word", column="")):
                return first, ":"
        return None

    @property
    def exact(self) -> Exact:
        """The word read as if it were a line: for those that hold more than a field."""
        return Exact(tuple(p if isinstance(p, Field) else Literal(p) for p in self.parts))


@dataclass(frozen=True)
class Words:
    """A piece outside of quotes. open: its last word is all that is left, and nobody wants it."""

    words: tuple[Word, ...]
    open: bool = False

    @property
    def count(self) -> int:
        """How many words the delimiter cuts it into."""
        return sum(word.width for word in self.words)


@dataclass(frozen=True)
class Shape:
    """Pieces between quotes: words outside of them (even ones), one field inside (odd ones).

    open: behind the last quote anything may stand, other quotes, too. cells: it is a table.
    """

    outside: tuple[Words, ...]
    inside: tuple[Word, ...]
    delimiter: str = " "
    open: bool = False
    cells: bool = False

    @cached_property
    def separators(self) -> tuple[int, ...]:
        """The numbers of the pieces between quotes that are just the delimiter."""
        inner = enumerate(self.outside[1:-1], 1)
        return tuple(n for n, piece in inner if piece == Words((Word(()), Word(()))))


def shape_of(tokens: tuple[Token, ...]) -> Shape | None:
    """The shape of a format, or None: then every line goes the slow way."""
    fields = [token for token in tokens if isinstance(token, Field)]
    cell = next((field.cell for field in fields if field.cell), "")
    pieces = _pieces(tokens)
    if len(pieces) % 2 == 0:
        return None
    inside = [piece[0] for piece in pieces[1::2] if len(piece) == 1]
    found = [
        part for part in inside if isinstance(part, Field) and part.kind not in ("user", "any")
    ]
    if len(found) != len(pieces) // 2:
        return None
    outside = [_words(piece, cell or " ", len(pieces) > 1) for piece in pieces[0::2]]
    words = tuple(one for one in outside if one is not None)
    if len(words) < len(outside):
        return None
    last = words[-1]
    return Shape(
        outside=words,
        inside=tuple(Word((field,), quoted=True) for field in found),
        delimiter=cell or " ",
        open=last.open and len(pieces) > 1,
        cells=bool(cell),
    )


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


def _words(piece: list[Part], delimiter: str, quotes: bool) -> Words | None:
    """The words of a piece; None if a field in it may hold the delimiter as it likes."""
    words: list[list[Part]] = [[]]
    clocks: dict[int, str] = {}
    gaps: set[int] = set()
    widths: dict[int, int] = {}
    for part in piece:
        if isinstance(part, str):
            gaps |= _gaps(part, delimiter, len(words) - 1)
            first, *rest = _thin(part, delimiter).split(delimiter)
            words[-1] += [first] if first else []
            words += [[text] if text else [] for text in rest]
        elif part.kind == "time" and part.clock == CLF and delimiter == " ":
            clocks |= {len(words) - 1: "date", len(words): "zone"}
            words[-1].append(part)
            words.append([part])
        elif part.kind == "user" and delimiter != " ":
            return None
        else:
            if part.kind == "time":
                widths[len(words) - 1] = part.clock.count(delimiter) + 1
            words[-1].append(part)
    read = [_word(tuple(parts), clocks.get(number, "")) for number, parts in enumerate(words)]
    out = [
        replace(word, gap=number in gaps, width=widths.get(number, 1))
        for number, word in enumerate(read)
        if word is not None
    ]
    if len(out) < len(read):
        return None
    fields = [part for word in out for part in word.parts if isinstance(part, Field)]
    loose = [field for field in fields if field.kind == "any"]
    if not loose:
        return Words(tuple(out))
    # An open word is the last one, and what stands before it must not hold the delimiter.
    strict = all(field.kind not in ("text", "user") or field.cell for field in fields)
    if loose != fields[-1:] or not strict or out[-1].field is not loose[0]:
        return None
    return Words(tuple(out), open=True)


def _gaps(text: str, delimiter: str, before: int) -> set[int]:
    """The numbers of the words that any number of spaces leads up to."""
    runs = [len(run) for run in _runs(text, delimiter)]
    return {before + number for number, length in enumerate(runs, 1) if length > 1}


def _runs(text: str, delimiter: str) -> list[str]:
    from re import escape, findall

    return list(findall(f"{escape(delimiter)}+" if delimiter == " " else escape(delimiter), text))


def _thin(text: str, delimiter: str) -> str:
    while delimiter == " " and "  " in text:
        text = text.replace("  ", " ")
    return text


def _word(parts: tuple[Part, ...], clock: str) -> Word | None:
    if not clock:
        return Word(parts)
    at = next(n for n, part in enumerate(parts) if isinstance(part, Field))
    around = (parts[:at], parts[at + 1 :])
    if not all(isinstance(part, str) for side in around for part in side):
        return None
    lead, trail = ("".join(side) for side in around)  # type: ignore[arg-type]
    return Word(parts, clock, lead, trail)
