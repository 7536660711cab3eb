"""Which bucket a pseudonym lives in."""

import numpy as np
import pyarrow as pa


def bucket_of(ids: pa.FixedSizeBinaryArray, buckets: int, at: int = 0) -> pa.UInt16Array:
    """Two bytes from `at` on, big endian, modulo `buckets` (at most 65,536); null of null.

    ids: binary(n), n ≥ at + 2. Pseudonyms are keyed hashes, so any bytes are as good as others; who
    cuts a bucket up takes some that did not choose it.
    """
    width = ids.type.byte_width
    data = np.frombuffer(ids.buffers()[1] or b"", np.uint8)
    rows = data[ids.offset * width : (ids.offset + len(ids)) * width].reshape(-1, width)
    number = (rows[:, at].astype(np.uint32) << 8) | rows[:, at + 1]
    mask = ids.is_null().to_numpy(zero_copy_only=False) if ids.null_count else None
    return pa.array((number % buckets).astype(np.uint16), pa.uint16(), mask=mask)
