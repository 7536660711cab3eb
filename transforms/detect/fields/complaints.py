"""What a form says of a field, which is no value of it: {"password": "is too short"}, too_short."""

import re

from weir.schemas import detect as facts
from weir.transforms.detect.people.worth import fold, worth

_SENTENCE = re.compile(r"[^\W\d_]+(?:[' ’_-][^\W\d_]+){1,11}[.!]?")


def is_complaint(text: str) -> bool:
    """Two to twelve words in small letters of which the first is of such a sentence: is, must. All
    are words of some language: no `is already taken by kowalczyk`."""
    text = text.strip()
    if not _SENTENCE.fullmatch(text) or text[1:] != text[1:].lower():
        return False
    first, *others = map(fold, re.findall(r"[^\W\d_]+", text))
    said = facts.words("complaints")
    if first not in said or said.isdisjoint(others):
        return False
    return all(word in said or worth(word)[2] for word in others)


def is_called(text: str) -> bool:
    """Several words with capitals of which the last is a name and nothing else."""
    if " " not in text or not text.istitle():
        return False
    given, family, known = worth(fold(text.split()[-1]))
    return not known and max(given, family) >= 1


_MASKED = re.compile(
    r"[*•●∙·_-]{3,64}|[*•●]{1,64}|[\[<({*]{1,2}(?:redacted|masked|filtered|hidden|removed|anonymi[sz]ed"
    r"|obfuscated|scrubbed|sanitized|geschw[aä]rzt|entfernt|masqu[eé]|oculto|ocultado)[\]>)}*]{1,2}",
    re.IGNORECASE,
)


def is_masked(text: str) -> bool:
    """What somebody put in a value's place: `********`, `[redacted]`."""
    return bool(_MASKED.fullmatch(text.strip()))


def is_nobody(text: str) -> bool:
    """An account of the system, or of everybody: guest, anonymous, root."""
    return text.strip().lower() in facts.words("system_users")
