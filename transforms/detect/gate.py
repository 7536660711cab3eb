"""Which values could hold anything at all: one RE2 alternation, run in an Arrow kernel.

Most values of a log are words; they never reach Python. What is decided by name or route is in
policy.py; the gate sees text only. A test holds that gated and ungated findings agree.
"""

import re

import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.detect.decode import ENCODED

SHAPES = (
    r"@",
    r"\d[ ().+-]{0,3}\d[ ().+-]{0,3}\d[ ().+-]{0,3}\d[ ().+-]{0,3}\d[ ().+-]{0,3}\d[ ().+-]{0,3}\d",
    r"555-01\d\d",
    r"[2-9]\d\d[-. ]\d\d\d\d",
    r"::|[0-9a-fA-F]{1,4}:[0-9a-fA-F]{1,4}:[0-9a-fA-F]",
    r"[0-9a-fA-F]{2}-[0-9a-fA-F]{2}-[0-9a-fA-F]{2}-[0-9a-fA-F]{2}-",
    r"[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}",
    r"\d[-._]\d{1,3}[-._]\d{1,3}[-._]\d",
    r"[0-9a-fA-F]{12}",
    r"[0-9a-fA-F]{8}[-_][0-9a-fA-F]{4}[-_]",
    r"eyJ[A-Za-z0-9]",
    r"(?:sk|pk|rk)_(?:live|test)|AKIA|gh[pousr]_|xox[abprs]-|AIza|SG\.|ya29\.|glpat-|PRIVATE KEY",
    r"(?i:basic|bearer) ",
    r"[A-Za-z]{2}\d\d ?[A-Za-z0-9]{4}",
    r"(?:bc1|[13])[a-zA-HJ-NP-Z0-9]{25}",
    r"GA\d\.\d|fb\.\d\.\d|amzn1\.",
    r"\d\.\d{3,} ?[,;/ ]|°",
    r"(?i:[\[({] ?at ?[\])}]|[_-]at[_-])",
    r"(?i:\d[a-z]?[ _+-].*(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct"
    r"|place|pl|square|sq|ter(?:race)?|parkway|pkwy|highway|hwy|way|close|crescent|cir(?:cle)?"
    r"|crossing|alley|plaza|turnpike|trail|trl|mews|grove|apt|apartment|suite|ste|unit|flat)\b)",
    r"(?i:str(?:a(?:ß|ss)e|\.)|gasse|allee|weg|platz)[ _+-]{1,2}\d",
    r"(?i:p\.?[ _-]?o\.?[ _-]?box)",
    r"[=;]|://|^/|[?#]",
)
"""What any recognizer could match, somewhat too wide."""

GATE = "|".join(f"(?:{shape})" for shape in SHAPES)
_LONG_RUN = r"[A-Za-z0-9+/_-]{8}"  # base64 or a random string: long, with both cases

_PYTHON = re.compile(GATE)
_RUN = re.compile(r"[A-Za-z0-9+_-]{8,}")


def gate(values: pa.Array) -> pa.Array:
    """True where a value could hold something, or needs decoding to tell. Null stays null."""
    shaped = pc.match_substring_regex(values, f"{GATE}|{ENCODED}")
    return pc.or_(shaped, could_be_encoded(values))


def could_be_encoded(values: pa.Array) -> pa.Array:
    """True where there is a long run of letters and digits in both cases: base64, tokens."""
    return pc.and_(
        pc.match_substring_regex(values, _LONG_RUN),
        pc.match_substring_regex(values, r"[a-z][^A-Z]*[A-Z]|[A-Z0-9]{8}"),
    )


def could_hold(text: str) -> bool:
    """The gate for one decoded text."""
    return bool(_PYTHON.search(text)) or any(mixed(run) for run in _RUN.findall(text))


def mixed(run: str) -> bool:
    """A run of letters and digits in which both cases or many digits occur."""
    return run != run.lower() or sum(map(str.isdigit, run)) >= 3
