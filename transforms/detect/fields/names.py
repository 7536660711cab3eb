"""Names of parameters that no mapping knows: which of them may be counted in a report.

A name can be personal too: `?joe@example.org`, `?jane_doe=1`. So a name is told only if it is
written as programmers write names and nothing personal is found in it.
"""

import re
from collections.abc import Iterable

from weir.transforms.detect.matching.gate import could_hold
from weir.transforms.detect.text.decode import decode

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,39}(?:\[[A-Za-z0-9_]{0,24}\]){0,2}")
_DIGITS = re.compile(r"\d{4}")


def is_clean_name(name: str) -> bool:
    """Whether a name may be told: short, of letters, few digits, no shape of anything personal."""
    if not _NAME.fullmatch(name) or _DIGITS.search(name):
        return False
    plain = name.translate(str.maketrans("[].:-", "_____"))
    return len(decode(name, "text").views) == 1 and not could_hold(plain.lower())


def clean_names(names: Iterable[str]) -> list[str]:
    """Those of DISTINCT names that may be counted in the internal run report, in order."""
    return [name for name in names if is_clean_name(name)]
