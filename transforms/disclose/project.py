"""A recipient's view of an edition: rows and columns taken away, nothing computed.

A dimension that the recipient may not have goes with all rows that are broken out by it; what is
left are margins that the edition published itself. So recipients who put their releases together
know no more than the edition says.
"""

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.errors import UsageError
from weir.schemas.recipient import Recipient
from weir.schemas.tables import CUSTOMER, read_tables


def allowed_dimensions(dimensions: tuple[str, ...], recipient: Recipient) -> tuple[str, ...]:
    """The dimensions of a table that a recipient may have, in the table's order."""
    if recipient.dimensions is None:
        return dimensions
    return tuple(name for name in dimensions if name in recipient.dimensions)


def refuse_mixed(table: str, dimensions: tuple[str, ...], recipient: Recipient) -> None:
    """UsageError for an edition of customers' rows, or of a table that nobody knows any more, that
    does not say whose they are, if the recipient may have only those of its customers."""
    spec = read_tables().get(table)
    if (
        recipient.customers
        and CUSTOMER not in dimensions
        and not (spec and spec.tells_of == "site")
    ):
        raise UsageError(
            f"recipients.{recipient.name}: '{table}' has rows of all customers, and its edition "
            "does not say whose; nothing was shared; leave it out of `tables` in the policy, or "
            "ask for dates whose editions say it"
        )


def projected(edition: pa.Table, dimensions: tuple[str, ...], recipient: Recipient) -> pa.Table:
    """The rows and columns of a table's edition that a recipient may have.

    Of a table that is counted by customer, a recipient with customers gets the rows of these
    customers only: a total over all customers tells of the others.
    """
    kept = allowed_dimensions(dimensions, recipient)
    gone = [name for name in dimensions if name not in kept]
    keep = pa.array([True] * edition.num_rows, pa.bool_())
    for name in gone:
        keep = pc.and_(keep, pc.is_null(edition[name]))
    if recipient.customers and CUSTOMER in dimensions:
        mine = pc.is_in(edition[CUSTOMER], value_set=pa.array(recipient.customers, pa.string()))
        keep = pc.and_(keep, mine)
    return edition.filter(keep).drop_columns(gone)
