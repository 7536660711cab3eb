"""Long runs that are nobody's: digests of what was built, and links written in base64."""

import json
import re

from weir.transforms.detect.text.decode import from_base64

_INTEGRITY = re.compile(r"(?<![a-z0-9])sha(?:256|384|512)-[a-z0-9+/=-]*\Z", re.IGNORECASE)
_OF_CONTENT = re.compile(
    r"(?:digest|image|blobs?|layers?|manifests?|docker|oci|checksum|integrity|pull(?:ed|ing)?|@)"
    r"[^a-z0-9]{0,4}(?:of |is )?sha(?:1|224|256|384|512):\Z",
    re.IGNORECASE,
)
_GLUED = re.compile(r"(?<![\w-])sha(?:256|384|512):\Z", re.IGNORECASE)
_OF_A_COMMIT = re.compile(
    r"(?<![^\W_])(?:commit(?:ted|s)?|revision|rev|head|cherry-?picked|reverts?|git(?: sha)?"
    r"|if-(?:none-)?match|content-md5|checked out|merged?|checksum|digest|integrity|etag"
    r"|(?:md5|sha1|sha256)sum|tree|blob|parent)"
    r"(?: (?:is|of|to|at|sha|id|hash|from|as)){0,2}[ :=#\"'(]{1,4}(?:W/)?[\"']?\Z",
    re.IGNORECASE,
)
_OF_A_QUERY = re.compile(
    r"persistedquery[\\\"' ]{0,4}[:=]\s?\{[^{}]{0,48}sha256hash[\\\"' ]{0,4}[:=]\s?[\\\"']{0,3}\Z",
    re.IGNORECASE,
)  # of GraphQL: the hash of a query's text
_OF_PERSONS = re.compile(
    r"mail|user|hem|kunde|customer|subscriber|phone|visitor|client|person", re.IGNORECASE
)
_HIDES = re.compile(r"[%\\]|&[#a-z]|[A-Za-z0-9+/_-]{20}")  # encoded once more
_LONGEST = 1024
_AROUND = 128
_BEFORE = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]+\Z")
_RUN = re.compile(r"[A-Za-z0-9+/_-]*")
_LINK = re.compile(r"https?://(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}(?::\d{1,5})?(?:[/?#][!-~]*)?")


def is_integrity(text: str, start: int, end: int) -> bool:
    """In a digest as pages name those of their scripts: sha384-oqVuAf… (W3C SRI)."""
    whole = text[max(start - _AROUND, 0) : end]
    return bool(_INTEGRITY.search(whole))


def is_of_content(text: str, start: int) -> bool:
    """Behind `digest: sha256:` and the like: of an image's layer, of a commit."""
    before = text[max(start - _AROUND, 0) : start]
    if _OF_CONTENT.search(before) or _OF_A_QUERY.search(before):
        return True
    told = _GLUED.search(before) or _OF_A_COMMIT.search(before)
    return bool(told) and not _OF_PERSONS.search(before)


def is_of_json(text: str, start: int, end: int) -> bool:
    """In a run of base64 that says an object in JSON: what it says is looked at by itself."""
    run, behind = _run_around(text, start)
    if not run.startswith("eyJ") or behind < end:
        return False
    if text[behind : behind + 1] == "." or len(run) > _LONGEST:
        return False  # a part of a token; what is so long is not looked into again and again
    try:
        said = from_base64(run).decode("utf-8")
        return isinstance(json.loads(said), dict) and not _HIDES.search(said)
    except (ValueError, RecursionError):
        return False


def is_link(text: str, start: int, end: int) -> bool:
    """In a run of base64 that says a link: what it says is looked at by itself."""
    run, _ = _run_around(text, start)
    if not run.startswith("aHR0c"):
        return False
    try:
        return bool(_LINK.fullmatch(from_base64(run).decode("ascii")))
    except UnicodeDecodeError:
        return False


def _run_around(text: str, start: int) -> tuple[str, int]:
    """The run of base64 in which a place lies, and where it ends."""
    before = _BEFORE.search(text[max(start - 4 * _AROUND, 0) : start])
    behind = _RUN.match(text, start)
    run = (before[0] if before else "") + (behind[0] if behind else "")
    return run, start + (len(behind[0]) if behind else 0)
