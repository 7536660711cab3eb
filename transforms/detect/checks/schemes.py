"""What stands behind a scheme of HTTP's authentication: a token, no word (a basic plan)."""

import base64
import re

from weir.schemas.detect import words
from weir.transforms.detect.people.worth import fold, worth

_SCHEME = re.compile(r"([A-Za-z]+)(?:\s+|[:=_]\s*)(.*)", re.DOTALL)
_SHORT_TOKEN = re.compile(r"(?=.*[A-Za-z]\d+[A-Za-z])[\w+/.=-]+")
_LONG_ENOUGH = 8  # signs from which what is no word is a token


def token(text: str, start: int, end: int) -> bool:
    """A token; behind the name of a scheme of HTTP what is no word: no basic plan, bearer token."""
    scheme = _SCHEME.fullmatch(text[start:end])
    kind = scheme[1].lower() if scheme else ""
    if scheme is None or kind not in words("schemes") or '="' in scheme[2].replace("\\", ""):
        return True
    said = scheme[2].rstrip(".")
    if scheme[2].endswith("=") and len(said) >= _LONG_ENOUGH:
        return True
    runs = [run for run in re.findall(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+", said) if len(run) > 2]
    unknown = [run for run in runs if not worth(fold(run))[2]]
    if len(said) < _LONG_ENOUGH:
        written = _is_text_in_base64(said) if kind == "basic" else _SHORT_TOKEN.fullmatch(said)
        return bool(written) and len(unknown) == len(runs)
    if kind not in ("basic", "bearer"):
        mixed = re.search(r"\d|[a-z][A-Z]", said)
        return mixed is not None and bool(unknown)
    if sum(map(str.isdigit, said)) > 1 or not runs:
        return True
    plain = said.istitle() or said.islower()  # basic jujitsu
    return not (kind == "basic" and plain) and bool(unknown)


def _is_text_in_base64(said: str) -> bool:
    """What RFC 7617 puts behind Basic."""
    bare = said.rstrip("=")
    try:
        read = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except ValueError:
        return False
    return read.isascii() and read.decode("ascii").isprintable()
