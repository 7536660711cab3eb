"""Request lines: method and target. Garbage makes both null, and the line a hit all the same."""

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.parse.cut import Numbers, Spans

_REQUEST = re.compile(
    r"(?P<method>[A-Za-z][A-Za-z_-]{0,31}) (?P<target>.+?)(?P<protocol> HTTP/[0-9](?:\.[0-9])?)?",
    re.DOTALL,
)
_WITHOUT_PROTOCOL = re.compile(r"/|\*$|[A-Za-z][A-Za-z0-9+.-]*://")
_PROTOCOL = b" HTTP/?.?"
_PROTOCOL_WORD = np.uint64(int.from_bytes(_PROTOCOL[1:], "little"))
_FIXED = np.uint64(0x00FF00FFFFFFFFFF)  # all of it but the two digits
_METHODS = (b"GET ", b"POST ", b"HEAD ")


def split_request(text: str) -> tuple[str | None, str | None]:
    """`GET /a?b HTTP/1.1` -> ("GET", "/a?b"); what is no request -> (None, None).

    The target is all between the method and the protocol, spaces too. HTTP/0.9 has no protocol:
    then the target must begin like one (RFC 9112, section 3).
    """
    match = _REQUEST.fullmatch(text)
    if not match:
        return None, None
    if not match["protocol"] and not _WITHOUT_PROTOCOL.match(match["target"]):
        return None, None
    return match["method"], match["target"]


def split_requests(lines: pa.StringArray) -> tuple[pa.Array, pa.Array]:
    """The same for a column: usual shapes by their bytes, others one distinct text at a time."""
    starts, ends, chars = spans(lines)
    code = _codes(lines, starts, ends, chars)
    methods = pa.array([m[:-1].decode() for m in _METHODS]).take(pa.array(code, mask=code < 0))
    targets = _targets(Spans(lines.buffers()[2] or pa.py_buffer(b""), starts, ends), code)
    odd = np.flatnonzero(code == -1)
    if len(odd) == 0:
        return methods, targets
    texts = lines.take(pa.array(odd)).dictionary_encode()
    answers = [split_request(text) for text in texts.dictionary.to_pylist()]
    mask = pa.array(code == -1)
    split = [pa.array([one[i] for one in answers], pa.string()).take(texts.indices) for i in (0, 1)]
    return (
        pc.replace_with_mask(methods, mask, split[0]),
        pc.replace_with_mask(targets, mask, split[1]),
    )


_ABSOLUTE = r"^(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?P<host>[^/?#]*)(?P<target>.*)$"
_BARE = r"^(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)?(?P<host>[^/?#]*)(?P<target>.*)$"
_AUTHORITY = r"^(?:[^@]*@)?(\[[^\]]*\]|[^:]*)(?::[^:]*)?$"


def split_absolute(targets: pa.Array, *, bare: bool = False) -> tuple[pa.Array, pa.Array] | None:
    """Distinct targets -> (host, without user and port; target). None: there is no URL among them.

    `/a` is itself, and of no host. bare: `www.example.com/a` names its host, too.
    """
    local = pc.starts_with(targets, "/")
    if not bare and not pc.any(pc.match_substring(pc.if_else(local, "", targets), "://")).as_py():
        return None
    parts = pc.extract_regex(targets, "(?s)" + (_BARE if bare else _ABSOLUTE))
    host, rest = (pc.struct_field(parts, [at]) for at in (1, 2))
    url = pc.and_(parts.is_valid(), pc.invert(local))
    hosts = host.dictionary_encode()  # few, however many the targets
    named = pc.replace_substring_regex(hosts.dictionary, _AUTHORITY, r"\1").take(hosts.indices)
    asked = pc.if_else(pc.starts_with(rest, "/"), rest, pc.binary_join_element_wise("/", rest, ""))
    stated = pc.if_else(pc.fill_null(pc.and_(url, pc.not_equal(named, "")), False), named, None)
    return stated, pc.if_else(pc.fill_null(url, False), asked, targets)


def _codes(
    lines: pa.StringArray, starts: Numbers, ends: Numbers, chars: npt.NDArray[np.uint8]
) -> npt.NDArray[np.int64]:
    """Index into _METHODS of rows with the usual shape, -1 of others, -2 of nulls."""
    code = np.full(len(lines), -1, dtype=np.int64)
    room = ends - starts
    padded = np.concatenate([chars, np.zeros(16, np.uint8)])
    behind = _words(padded, np.maximum(ends - 8, 0))
    last = padded[np.maximum(ends - 1, 0)] - np.uint8(48) < 10
    before = padded[np.maximum(ends - 3, 0)] - np.uint8(48) < 10
    usual = last & before & (behind & _FIXED == _PROTOCOL_WORD & _FIXED)
    usual &= padded[np.maximum(ends - len(_PROTOCOL), 0)] == _PROTOCOL[0]
    ahead = _words(padded, starts)
    for number, method in enumerate(_METHODS):
        word = np.uint64(int.from_bytes(method, "little"))
        same = ahead & np.uint64((1 << 8 * len(method)) - 1) == word
        code[usual & same & (room > len(method) + len(_PROTOCOL))] = number
    if lines.null_count:
        code[lines.is_null().to_numpy(zero_copy_only=False)] = -2
    return code


def _words(padded: npt.NDArray[np.uint8], at: Numbers) -> npt.NDArray[np.uint64]:
    """The eight bytes from each place on, as one number: one look instead of eight."""
    every = np.ndarray(len(padded) - 7, np.dtype("<u8"), padded, strides=(1,))
    words: npt.NDArray[np.uint64] = every[at]
    return words


def _targets(lines: Spans, code: npt.NDArray[np.int64]) -> pa.Array:
    """Targets of the usual rows (others: null), cut out by bytes.

    Validity of the UTF-8 stays: both cuts are at ASCII characters.
    """
    usual = code >= 0
    lead = np.array([len(method) for method in _METHODS])[code]
    starts = np.where(usual, lines.starts + lead, lines.ends)
    ends = np.where(usual, lines.ends - len(_PROTOCOL), lines.ends)
    return Spans(lines.text, starts, ends).column(~usual)


def spans(
    values: pa.StringArray,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Where each value starts and ends in the column's bytes, and those bytes."""
    _, offsets, data = values.buffers()
    all_offsets = np.frombuffer(offsets, np.int32)[values.offset : values.offset + len(values) + 1]
    chars = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    return all_offsets[:-1].astype(np.int64), all_offsets[1:].astype(np.int64), chars
