"""Files that a build called after what is in them: logo.6ce24c58023cc2f8.svg; nobody's hash."""

import re
from functools import cache

from weir.schemas import detect as facts
from weir.transforms.detect.people.users import is_user_name
from weir.transforms.detect.people.worth import fold, is_only_a_name

ASSET = (
    r"[A-Za-z][A-Za-z_-]{0,40}(?:\.[A-Za-z][A-Za-z_-]{0,20}){0,2}\.[0-9a-f]{8,64}\.(?:(?i:png|jpe?g|gif|svgz?|webp|avif"
    r"|ico|bmp|mp[34]|webm|ogg|wav|m4a|mov|woff2?|ttf|otf|eot|css|m?js|map|wasm|pdf|json|txt|glb|gltf|vtt|webmanifest))"
)
"""A file as builds call it, with a hash of what is in it: logo.6ce24c58023cc2f8.svg (RE2, too)."""

_ASSET = re.compile(ASSET)
_CODE = re.compile(r"(?i:svg|m?js|css|map|woff2?|ttf|otf|eot|wasm|webmanifest)")
_FILE = re.compile(r"[^/\s\"'()<>?&=]*")
_AROUND = 128  # signs of a path before its file's hash
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_OF_A_USER = re.compile(r"(?:^|/)(?:u|uid|usr|acct)[_-](?=[a-f]{0,16}\d)")
_DIGEST = 32  # digits from which a hash may as well be that of somebody's address


def is_asset(name: str, folder: str = "") -> bool:
    """Such a file. One about somebody (avatar.<hash>.png, jane.<hash>.png) is none: that hash may
    be an address's; so may one as long as a digest's, but of code or in a folder of a build."""
    if not _ASSET.fullmatch(name):
        return False
    stem, hashed, kind = name.rsplit(".", 2)
    if not tells_of_nobody(stem) or is_of_a_name(stem):
        return False
    return folder in asset_folders() or len(hashed) < _DIGEST or bool(_CODE.fullmatch(kind))


@cache
def asset_folders() -> frozenset[str]:
    """What such files lie in: what programs build, and media."""
    return facts.words("built") | {"media"}


def is_of_an_asset(text: str, start: int) -> bool:
    """In the name of such a file at the end of a path in which nothing is about somebody."""
    slash = text.rfind("/", max(start - _AROUND, 0), start) + 1
    file = _FILE.match(text, slash) if slash else None
    if file is None or not tells_of_nobody(text[:slash]):
        return False
    folder = text[:slash].rstrip("/").rpartition("/")[2].lower()
    return is_asset(file[0], folder)


def tells_of_nobody(text: str) -> bool:
    """No word of it is one for somebody: photo, userAvatar, rechnung, u_."""
    about = facts.words("about_somebody") | facts.words("files_of_somebody")
    return not _OF_A_USER.search(text) and about.isdisjoint(map(fold, _WORD.findall(text)))


def is_of_a_name(stem: str) -> bool:
    """A part of a file's name is somebody's, or an account made of it: rechnung-lindqvist."""
    parts = [fold(part) for part in re.split(r"[^A-Za-z]+", stem) if len(part) > 2]
    parts += [fold(word) for word in _WORD.findall(stem) if len(word) > 2]
    return any(is_only_a_name(part) or is_user_name(part) for part in parts)
