"""A second look at what an edition says, by the rule alone and not by what made it.

Whoever suppresses may err, and a small number that got out cannot be called back. So the finished
rows are read as a recipient reads them: no count of people is below k, and all numbers are rounded.
"""

import pyarrow.compute as pc

from weir.schemas.errors import WallError
from weir.schemas.policy import Disclosure
from weir.transforms.disclose.edition import Form, Published


def refuse_small(said: Published, form: Form, rule: Disclosure) -> None:
    """WallError if a row or a number of an edition is of too few people, or is not rounded."""
    if said.least is not None and said.least < rule.k:
        raise WallError(_refusal(form.table, f"rows of fewer than {rule.k} people"))
    least = (rule.k + rule.rounding // 2) // rule.rounding * rule.rounding
    for name in form.measures:
        numbers = said.rows[name]
        people = name in form.shape.people or name not in form.shape.measures
        small = pc.any(pc.less(numbers, least)).as_py() if people else False
        exact = pc.any(
            pc.not_equal(numbers, pc.multiply(pc.divide(numbers, rule.rounding), rule.rounding))
        ).as_py()
        if small or exact:
            what = f"of fewer than {rule.k} people" if small else "that are not rounded"
            raise WallError(_refusal(form.table, f"numbers {what} ({name})"))


def _refusal(table: str, what: str) -> str:
    return f"table {table}: has {what}; nothing was published; this is a bug, please report it"
