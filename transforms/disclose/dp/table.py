"""What was measured, as the rows of an edition, and what is said of it."""

from datetime import date

import pyarrow as pa

from weir.schemas.columns import NII, column
from weir.schemas.noise import HIGH, LOW, Noise, Off, Spent
from weir.schemas.policy import Disclosure
from weir.transforms.disclose.dp.measure import Measured, Numbers, relative_error
from weir.transforms.disclose.edition import Form
from weir.transforms.disclose.margins import breakdown

_ABOUT = (
    "{end} end of the 95 % interval of {name}: of 100 rows 95 hold the truth, as it is after "
    "bounding; may be below 0; null where {name} is"
)


def noisy_schema(form: Form) -> pa.Schema:
    """site, date, by, the dimensions; each measure (noise may make it negative) and right behind
    it `<measure>_low` and `<measure>_high`, in the same unit; int64, all of them nii."""
    fields = []
    for field in form.schema:
        fields.append(field)
        if field.name in form.measures:
            fields += ends(field)
    return pa.schema(fields)


def ends(measure: pa.Field) -> list[pa.Field]:
    """The columns of the two ends of a measure's interval."""
    unit = (measure.metadata or {}).get(b"unit", b"").decode()
    return [
        column(
            measure.name + suffix,
            pa.int64(),
            NII,
            _ABOUT.format(end=end, name=measure.name),
            unit=unit,
        )
        for suffix, end in ((LOW, "lower"), (HIGH, "upper"))
    ]


def rows(found: Measured, form: Form, site: str, day: date) -> pa.Table:
    """All cells of all margins (schema `noisy_schema`). A cell that nobody is in has its noise."""
    schema = noisy_schema(form)
    parts = [schema.empty_table()]
    for mask in found.grid.masks:
        count = found.grid.cells(mask)
        columns: dict[str, pa.Array] = {
            "site": pa.array([site] * count, pa.string()),
            "date": pa.array([day] * count, pa.date32()),
            "by": pa.array([breakdown(mask, found.grid.dimensions)] * count, pa.string()),
            **found.grid.labels(mask),
        }
        for name in form.measures:
            columns |= _columns(name, found.numbers.get((name, mask)), count)
        parts.append(pa.table(columns).select(schema.names).cast(schema))
    return pa.concat_tables(parts)


def _columns(name: str, numbers: Numbers | None, count: int) -> dict[str, pa.Array]:
    if numbers is None:
        return dict.fromkeys((name, name + LOW, name + HIGH), pa.nulls(count, pa.int64()))
    values = {
        name: numbers.values,
        name + LOW: numbers.values - numbers.half_width,
        name + HIGH: numbers.values + numbers.half_width,
    }
    return {column: pa.array(given, pa.int64()) for column, given in values.items()}


def noise_of(found: Measured, form: Form, rule: Disclosure, spent: tuple[Spent, ...]) -> Noise:
    """What an edition says of a table's noise. spent: by this table alone."""
    main = next((n for n in form.measures if n in form.shape.people), form.measures[0])
    off = tuple(_off(found, form, main, mask) for mask in found.grid.masks)
    simple = [one for one in off if "," not in one.by]
    errors = [one.error for one in simple]
    worst = None if None in errors else max(error for error in errors if error is not None)
    usable = worst is not None and worst <= rule.error
    return Noise(
        mechanism=found.mechanism,
        spent=spent,
        off=off,
        error=worst,
        usable=usable,
        note=_note(main, worst, rule, usable=usable),
        left_out=tuple(found.grid.too_large),
    )


def _off(found: Measured, form: Form, main: str, mask: int) -> Off:
    numbers = {m: found.numbers[m, mask] for m in form.measures if (m, mask) in found.numbers}
    error = relative_error(numbers[main]) if main in numbers else None
    return Off(
        by=breakdown(mask, found.grid.dimensions),
        cells=found.grid.cells(mask),
        half_widths={name: one.half_width for name, one in numbers.items()},
        error=None if error is None else round(error, 4),
    )


def _note(main: str, error: float | None, rule: Disclosure, *, usable: bool) -> str:
    limit = f"the policy allows {rule.error:.0%}"
    if error is None:
        return f"too small for its budget: no number of {main} stands out of its noise; {limit}"
    told = f"half of the {main} are in rows that are off by {error:.1%} or less on average"
    return told if usable else f"too small for its budget: {told}; {limit}"
