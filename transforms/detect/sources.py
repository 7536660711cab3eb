"""The detector's own code, as a part of its version: a decision changes with it."""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable


@cache
def code_digest() -> str:
    """SHA-256 of this package's modules, by name; read once. Line ends do not count."""
    digest = hashlib.sha256()
    modules = dict(_modules(files(__package__), ""))
    for name in sorted(modules):
        text = modules[name].read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name}\0{len(text)}\0".encode() + text)
    return digest.hexdigest()


def _modules(room: Traversable, above: str) -> Iterator[tuple[str, Traversable]]:
    for one in room.iterdir():
        if one.is_dir():
            yield from _modules(one, f"{above}{one.name}/")
        elif one.name.endswith(".py"):
            yield above + one.name, one
