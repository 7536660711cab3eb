"""Work on distinct values: think once about each, then spread the answers over the rows."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc


def one_chunk(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A column as one array; combining a single chunk would copy it."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


@dataclass(frozen=True)
class Distinct:
    """A column as codes into its distinct values. A null row has a null code."""

    codes: pa.Int32Array
    values: pa.Array

    @classmethod
    def of(cls, column: pa.Array | pa.ChunkedArray) -> "Distinct":
        """Encode a column, or take an encoded one as it is, less values that no row has."""
        if not pa.types.is_dictionary(column.type):  # the chunks share one dictionary
            encoded = one_chunk(column.dictionary_encode())
            return cls(encoded.indices, encoded.dictionary)
        if isinstance(column, pa.ChunkedArray):
            column = column.unify_dictionaries()
        array = one_chunk(column)
        whole = cls(array.indices, array.dictionary)
        used = whole.weights() > 0
        if used.all():
            return whole
        number = np.cumsum(used, dtype=np.int32) - np.int32(1)
        return cls(pa.array(number).take(whole.codes), whole.values.filter(pa.array(used)))

    def spread(self, answers: pa.Array) -> pa.Array:
        """Answers, one a distinct value, at the rows."""
        if answers.null_count == len(answers):
            return pa.nulls(len(self.codes), answers.type)
        return answers.take(self.codes)

    def at_rows(self) -> pa.Array:
        """The values themselves, at the rows."""
        return self.spread(self.values)

    def text(self, answers: pa.Array) -> pa.DictionaryArray:
        """Answers (string), one a distinct value, at the rows: as codes of the distinct answers."""
        inner = self.then(answers)
        return pa.DictionaryArray.from_arrays(inner.codes, inner.values)

    def ordered(self, order: pa.Array) -> "Distinct":
        """The same rows in another order."""
        return Distinct(self.codes.take(order), self.values)

    def weights(self) -> npt.NDArray[np.int64]:
        """Rows of each distinct value."""
        codes = self.codes.drop_null().to_numpy(zero_copy_only=False)
        return np.bincount(codes, minlength=len(self.values))

    def first_rows(self) -> pa.Int64Array:
        """The first row of each distinct value."""
        codes = self.codes.fill_null(len(self.values)).to_numpy(zero_copy_only=False)
        rows = np.zeros(len(self.values) + 1, np.int64)
        rows[codes[::-1]] = np.arange(len(codes))[::-1]
        return pa.array(rows[:-1])

    def then(self, answers: pa.Array) -> "Distinct":
        """The distinct values of answers, at the rows of this: for a value made from a value."""
        inner = Distinct.of(answers)
        return Distinct(inner.codes.take(self.codes), inner.values)


def pairs(left: Distinct, right: Distinct) -> tuple[pa.Int32Array, pa.Array, pa.Array]:
    """Distinct pairs of two columns: codes at the rows, and the two values of each pair.

    A null on either side counts as a value of its own.
    """
    wide = len(right.values) + 1
    l_codes = left.codes.fill_null(len(left.values)).to_numpy(zero_copy_only=False)
    r_codes = right.codes.fill_null(len(right.values)).to_numpy(zero_copy_only=False)
    both = pa.array(l_codes.astype(np.int64) * wide + r_codes).dictionary_encode()
    keys = both.dictionary.to_numpy(zero_copy_only=False)
    return both.indices, _take_or_null(left, keys // wide), _take_or_null(right, keys % wide)


def _take_or_null(column: Distinct, codes: npt.NDArray[np.int64]) -> pa.Array:
    return column.values.take(pa.array(codes, mask=codes == len(column.values)))


def constant(value: object, rows: int, type_: pa.DataType) -> pa.Array:
    """A column of one value."""
    return pa.repeat(pa.scalar(value, type_), rows)


def no_text(rows: int) -> pa.DictionaryArray:
    """A column of texts that has none."""
    return pa.DictionaryArray.from_arrays(pa.nulls(rows, pa.int32()), pa.array([], pa.string()))


def one_text(value: str, rows: int) -> pa.DictionaryArray:
    """A column of one text."""
    codes = pa.array(np.zeros(rows, np.int32))
    return pa.DictionaryArray.from_arrays(codes, pa.array([value], pa.string()))


def is_true(mask: pa.Array) -> pa.Array:
    """A boolean column with nulls read as false."""
    return pc.fill_null(mask, False)
