"""Verdicts remembered across blocks, in memory only, under a keyed hash of what was asked.

The key is random and the process's own: a memory dump does not tell by lookup who was asked about.
"""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterable
from hashlib import blake2b

from weir.transforms.detect.limits.effort import MOST
from weir.transforms.detect.verdicts import Asked, Verdict

LIMIT = 100_000

_key = secrets.token_bytes(32)
_lock = threading.Lock()
_verdicts: OrderedDict[bytes, Verdict] = OrderedDict()


def _name(asked: Asked, version: str) -> bytes:
    fields = (version, asked.part, asked.key or "", asked.before or "", asked.value)
    text = "\0".join(f"{len(field)}:{field}" for field in fields)
    return blake2b(text.encode("utf-8", "surrogatepass"), key=_key, digest_size=16).digest()


def remembered(asked: list[Asked], version: str) -> dict[Asked, Verdict]:
    """The verdicts that are known already; the most recently used stay longest."""
    names = [_name(one, version) for one in asked]
    with _lock:
        known = {
            one: _verdicts[name]
            for one, name in zip(asked, names, strict=True)
            if name in _verdicts
        }
        for one, name in zip(asked, names, strict=True):
            if one in known:
                _verdicts.move_to_end(name)
    return known


def remember(verdicts: Iterable[tuple[Asked, Verdict]], version: str) -> None:
    """Keep verdicts, forgetting the least recently used beyond LIMIT; but none that would have
    been another with all steps that a value may cost."""
    named = [
        (_name(asked, version), verdict)
        for asked, verdict in verdicts
        if verdict.steps <= asked.most or asked.most == MOST
    ]
    with _lock:
        _verdicts.update(named)
        while len(_verdicts) > LIMIT:
            _verdicts.popitem(last=False)


def forget() -> None:
    """Empty the cache."""
    with _lock:
        _verdicts.clear()
