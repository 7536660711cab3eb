"""Which bucket a pseudonym lives in."""

import numpy as np
import pyarrow as pa


def bucket_of(ids: pa.FixedSizeBinaryArray, buckets: int) -> pa.UInt16Array:
    """The first two bytes, big endian, modulo `buckets` (at most 65,536); null of null.

    ids: binary(n), n ≥ 2. Pseudonyms are keyed hashes, so their first bytes are as good as any.
    """
    width = ids.type.byte_width
    data = np.frombuffer(ids.buffers()[1] or b"", np.uint8)
    rows = data[ids.offset * width : (ids.offset + len(ids)) * width].reshape(-1, width)
    number = (rows[:, 0].astype(np.uint32) << 8) | rows[:, 1]
    mask = ids.is_null().to_numpy(zero_copy_only=False) if ids.null_count else None
    return pa.array((number % buckets).astype(np.uint16), pa.uint16(), mask=mask)
