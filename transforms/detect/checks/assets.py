"""Files that a build called after what is in them: logo.6ce24c58023cc2f8.svg; nobody's hash."""

import re

from weir.schemas import detect as facts
from weir.transforms.detect.people.worth import fold, is_only_a_name

ASSET = (
    r"[A-Za-z][A-Za-z_-]{0,40}(?:\.[A-Za-z][A-Za-z_-]{0,20}){0,2}\.[0-9a-f]{8,64}\.(?:(?i:png|jpe?g|gif|svgz?|webp|avif"
    r"|ico|bmp|mp[34]|webm|ogg|wav|m4a|mov|woff2?|ttf|otf|eot|css|m?js|map|wasm|pdf|json|txt|glb|gltf|vtt|webmanifest))"
)
"""A file as builds call it, with a hash of what is in it: logo.6ce24c58023cc2f8.svg (RE2, too)."""

_ASSET = re.compile(ASSET)
_FILE = re.compile(r"[^/\s\"'()<>?&=]*")
_AROUND = 128  # signs of a path before its file's hash
_WORD = re.compile(r"[A-Za-z]+(?:_[A-Za-z]+)?")


def is_asset(name: str) -> bool:
    """Such a file. One about somebody (avatar.<hash>.png, jane.<hash>.png) is none: that hash may
    be an address's."""
    if not _ASSET.fullmatch(name):
        return False
    words = _WORD.findall(name.partition(".")[0])
    return _tells_of_nobody(name) and not any(is_only_a_name(fold(word)) for word in words)


def is_of_an_asset(text: str, start: int) -> bool:
    """In the name of such a file at the end of a path in which nothing is about somebody."""
    slash = text.rfind("/", max(start - _AROUND, 0), start) + 1
    file = _FILE.match(text, slash) if slash else None
    return file is not None and is_asset(file[0]) and _tells_of_nobody(text[:slash])


def _tells_of_nobody(text: str) -> bool:
    return facts.words("about_somebody").isdisjoint(_WORD.findall(text.lower()))
