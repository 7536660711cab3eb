"""Tables of a few hits, as a night counts them."""

from datetime import date

from tests.transforms.hits import WWW, events

from weir.schemas.config import Site
from weir.schemas.tables import read_tables, table
from weir.transforms.aggregate import count_pairs, finish, fold, merge, partials
from weir.transforms.duck import connect
from weir.transforms.visits import relate

DAY = date(2008, 4, 22)
SHOP = Site(name="shop", host="shop.example.org", timezone="America/New_York")
TABLES = read_tables()


def night(*buckets, persons=None, tables=TABLES, crowd=1, earlier=None):
    """All tables of a date whose visitors are in these buckets (each a list of hits)."""
    parts = {name: [] for name in tables}
    exchanged, few = {}, {}
    with connect() as con:
        for hits in buckets:
            found = partials(
                relate(events(*hits), [WWW, SHOP]),
                persons,
                tables.values(),
                connection=con,
                earlier=earlier,
                crowd=crowd,
            )
            for name, pairs in found.few.items():
                few.setdefault(name, []).append(pairs)
            for name, part in found.tables.items():
                parts[name].append(part)
            for key, pairs in found.pairs.items():
                exchanged.setdefault(key, []).append(pairs)
    for (name, measure), pairs in exchanged.items():
        parts[name].append(count_pairs(measure, pairs))
    return {
        name: finish(fold(merge(parts[name]), spec, few.get(name, []), crowd), spec, DAY)
        for name, spec in tables.items()
    }


def counted(name, *buckets, **more):
    """One table's rows, without what is the same in all of them."""
    rows = night(*buckets, tables={name: table(name)}, **more)[name].to_pylist()
    return [{k: v for k, v in row.items() if k not in ("site", "date")} for row in rows]


def the_row(name, *buckets, **more):
    (row,) = counted(name, *buckets, **more)
    return row
