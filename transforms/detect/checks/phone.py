"""Telephone numbers: a cheap structural test first, phonenumbers for what is plausible.

Imports Presidio; only engine.py imports this.
"""

import re
from collections.abc import Iterator

import phonenumbers
from presidio_analyzer import AnalysisExplanation, LocalRecognizer, RecognizerResult

from weir.transforms.detect.checks.plausible import without_dates
from weir.transforms.detect.limits.effort import NUMBER, PATTERN, SIGN_OF_PATTERN, Effort
from weir.transforms.detect.matching.answers import Answers

_CANDIDATE = re.compile(
    r"(?<![\w.,%])((?:\+ ?|\(\+?)?\d[\d ().+/-]{5,20}\d)(?: ?(?:x|ext\.?) ?\d{1,6})?(?!\w)",
    re.IGNORECASE,
)
_ODD = re.compile(r"(?<=[\d)])(?:_{1,2}|\.{2,3}|[~|*·•])(?=[\d(])")
_BEHIND_WORD = re.compile(
    r"(?<![A-Za-z])(?:phone|tel|telephone|telefon|call|cell|mobile?|fax|whatsapp|sms)(_)(?=[+(\d])",
    re.IGNORECASE,
)
_WRITTEN = re.compile(
    r"(?:(?:\+|00)?1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d([ .-]))[2-9]\d\d[ .-]\d{4}"
    r"|\(0\d{2,4}\) ?[\d ]{6,9}|(?=(?:\D*\d){10,11}$)0\d{2,4}[ /-]\d{3,4}[ -]?\d{3,4}"
    r"|0\d{2,4} ?[/ ] ?\d{5,8}"
)
"""Written as only telephone numbers are; whether such a number is in service does not matter."""
_NORTH_AMERICA = re.compile(
    r"(?:\+?1[ .-]?)?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-]?)[2-9]\d\d[ .-]?\d{4}"
)
_ABROAD = re.compile(
    r"00(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})"
    r"(?: \(0\))?[ /-]\d[\d /-]{6,14}"
)
_FRACTION = re.compile(r"0\.\d{6,}")
_BEGUN = re.compile(
    r"(?=(?:\D*\d){8,15}\D*\Z)(?:\(?\+|\(?0[1-9]|\(?[2-9]\d\d\)?[ .-]\d{3}[ .-]\d{4}\Z)"
)
_NANP = frozenset({"US", "CA"})
_CONTEXT = [
    "phone",
    "tel",
    "telephone",
    "call",
    "cell",
    "mobile",
    "fax",
    "contact",
    "whatsapp",
    "sms",
]


class WebPhone(LocalRecognizer):
    """Numbers that phonenumbers holds valid in the regions, or that are written `+…`."""

    def __init__(self, regions: tuple[str, ...], answers: Answers) -> None:
        self.regions = regions
        self.answers = answers  # as patterns keep theirs: engine.py
        super().__init__(supported_entities=["phone"], name="WebPhone", context=_CONTEXT)

    def load(self) -> None:
        """Load the regions' metadata now, so that no value's time goes on it."""
        for region in self.regions:
            _valid("0123456789", region)

    def count(self, text: str, effort: Effort) -> int:
        """How many numbers there are. Raises TooMuchError."""
        return len(self._numbers(text, effort))

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: object = None
    ) -> list[RecognizerResult]:
        """Spans of telephone numbers, score 0.4 for a bare row of digits, else 0.6."""
        return [
            self._result(start, end, score) for start, end, score in self._numbers(text, Effort())
        ]

    def _numbers(self, text: str, effort: Effort) -> list[tuple[int, int, float]]:
        """Start, end and score of each."""
        return self.answers.of(self, text, lambda: self._sought(text, effort))

    def _sought(self, text: str, effort: Effort) -> list[tuple[int, int, float]]:
        effort.spend(PATTERN + SIGN_OF_PATTERN * len(text), 2)
        return list(self._found(_with_dashes(without_dates(text)), effort))

    def _found(self, text: str, effort: Effort) -> Iterator[tuple[int, int, float]]:
        """The numbers, also with another or a count beside them: iphone 15 +44 7700 900783."""
        candidate = _CANDIDATE.search(text)
        while candidate:
            end = candidate.end()
            for start, stop in _cuts(candidate):
                effort.spend(NUMBER, len(self.regions))
                if score := _score(text[start:stop], self.regions):
                    end = candidate.end() if stop == candidate.end(1) else stop
                    yield start, end, score
                    break
            else:  # what is cut off here may be another number's beginning
                end = (
                    max(text.rfind(" ", 0, end), candidate.start() + 1)
                    if " " in candidate[1]
                    else end
                )
            candidate = _CANDIDATE.search(text, end)

    def _result(self, start: int, end: int, score: float) -> RecognizerResult:
        why = AnalysisExplanation(
            "WebPhone", score, pattern_name="bare digits" if score < 0.5 else "written as a number"
        )
        return RecognizerResult("phone", start, end, score, why)


def _cuts(candidate: re.Match[str]) -> Iterator[tuple[int, int]]:
    """The whole of it first; then what begins behind a space as a number does, longest first."""
    yield candidate.span(1)
    written, first = candidate[1], candidate.start(1)
    edges = [at for at, sign in enumerate(written) if sign == " "]
    for start in (0, *(edge + 1 for edge in edges)):
        for stop in (len(written), *reversed(edges)):
            part = written[start:stop]
            if stop - start < len(written) and _BEGUN.match(part):
                yield first + start, first + stop


def _with_dashes(text: str) -> str:
    """As long a text with dashes where groups of digits are held together otherwise: 617_253_1000.
    Before the first group only a word for telephones may: img_6172531000.jpg is a picture's."""
    text = _BEHIND_WORD.sub(lambda m: m[0][:-1] + " ", text) if "_" in text else text
    return _ODD.sub(lambda m: "-" * len(m[0]), text)


def _score(written: str, regions: tuple[str, ...]) -> float:
    """0 if it is no number; bare digits score least."""
    written = re.sub(r"\)[ .-]{1,3}", ") ", re.sub("-{2,3}", "-", written))
    digits = re.sub(r"\D", "", written)
    bare = written.isdigit()
    if not 7 <= len(digits) <= 15 or len(set(digits)) < 3 or _FRACTION.fullmatch(written):
        return 0
    if written.startswith(("+", "(+")):
        return 0.6 if len(digits) >= 8 else 0
    if _WRITTEN.fullmatch(written):
        return 0.6
    if digits.startswith("00") and len(digits) >= 11:
        if _ABROAD.fullmatch(written):
            return 0.6  # in service or not, as behind a plus
        return 0.6 if _valid("+" + digits[2:], "ZZ") else 0
    plausible = [r for r in regions if _plausible(written, digits, r)]
    if any(_valid(digits, region) for region in plausible):
        return 0.4 if bare else 0.6
    return 0


def _plausible(written: str, digits: str, region: str) -> bool:
    """Whether a region's people would write a number so."""
    if region in _NANP:
        return bool(_NORTH_AMERICA.fullmatch(written.strip()))
    if digits.startswith("0"):
        return len(digits) >= 9 and not _quad(written)
    code = str(phonenumbers.country_code_for_region(region))
    return digits.startswith(code) and 11 <= len(digits) <= 13 and not _quad(written)


def _quad(written: str) -> bool:
    return written.count(".") >= 3


def _valid(number: str, region: str) -> bool:
    try:
        parsed = phonenumbers.parse(number, None if region == "ZZ" else region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(parsed)
