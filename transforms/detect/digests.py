"""Long runs that are nobody's: digests of what was built, and links written in base64."""

import re

from weir.transforms.detect.decode import from_base64

_INTEGRITY = re.compile(r"(?<![a-z0-9])sha(?:256|384|512)-[a-z0-9+/=-]*\Z", re.IGNORECASE)
_OF_CONTENT = re.compile(
    r"(?:digest|image|blobs?|layers?|manifests?|docker|oci|checksum|integrity|pull(?:ed|ing)?|@)"
    r"[^a-z0-9]{0,4}(?:of |is )?sha(?:1|224|256|384|512):\Z",
    re.IGNORECASE,
)
_AROUND = 128
_BEFORE = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]+\Z")
_RUN = re.compile(r"[A-Za-z0-9+/_-]*")
_LINK = re.compile(r"https?://(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}(?::\d{1,5})?(?:[/?#][!-~]*)?")


def is_integrity(text: str, start: int, end: int) -> bool:
    """In a digest as pages name those of their scripts: sha384-oqVuAf… (W3C SRI)."""
    whole = text[max(start - _AROUND, 0) : end]
    return bool(_INTEGRITY.search(whole))


def is_of_content(text: str, start: int) -> bool:
    """Behind `digest: sha256:` and the like: of an image's layer."""
    return bool(_OF_CONTENT.search(text[max(start - _AROUND, 0) : start]))


def is_link(text: str, start: int, end: int) -> bool:
    """In a run of base64 that says a link: what it says is looked at by itself."""
    before = _BEFORE.search(text[max(start - 4 * _AROUND, 0) : start])
    first = start - (len(before[0]) if before else 0)
    if not text.startswith("aHR0c", first):
        return False
    run = _RUN.match(text, first)
    try:
        return run is not None and bool(_LINK.fullmatch(from_base64(run[0]).decode("ascii")))
    except UnicodeDecodeError:
        return False
