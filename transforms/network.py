"""Country, city and operator of the networks that hits came from, out of the user's MMDB files.

Databases of MaxMind, DB-IP, IPinfo and IPLocate say it in shapes of their own; all are read.
"""

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.demographics import COUNTRIES
from weir.schemas.errors import ConfigError
from weir.transforms.nations import country_of

NETWORK = pa.schema([(name, pa.string()) for name in ("country", "city", "isp", "asn")])
"""Of an address: ISO 3166 code; city and operator as the database names them; `AS` and number."""

_PATHS = {
    "country": ("country.iso_code", "country_code", "country", "registered_country.iso_code"),
    "city": ("city.names.en", "city.name", "city"),
    "isp": ("isp", "traits.isp", "as_name", "autonomous_system_organization",
            "traits.autonomous_system_organization", "asn.name", "name", "org"),
    "asn": ("autonomous_system_number", "traits.autonomous_system_number", "asn.asn", "asn",
            "as_number", "org"),
}  # fmt: skip
"""Where databases have it; the first that is there counts. MaxMind's `organization` is who hired
the network, a school or a person: it is not read."""
_AS = re.compile(r"(?i)(?:AS([0-9]{1,10})|([0-9]{1,6}))\b")  # longer: AS, or it is any number
_NUMBERED = re.compile(r"^AS[0-9]{1,10} ")
_REMEMBERED = 1 << 16
_lock = threading.Lock()

Told = tuple[str | None, ...]


@dataclass(frozen=True)
class Databases:
    """MMDB files in order: what the first does not know, the next may. Picklable."""

    paths: tuple[str, ...]

    @cached_property
    def readers(self) -> tuple[Any, ...]:
        """The open files, those of this process. Raises ConfigError for one that is none."""
        return tuple(_reader(path) for path in self.paths)

    def __getstate__(self) -> dict[str, tuple[str, ...]]:
        return {"paths": self.paths}

    def of(self, addresses: pa.StringArray) -> pa.Table:
        """Distinct addresses -> NETWORK, a row each; null where no database knows."""
        texts = addresses.to_pylist()
        known = _known(self.paths)
        with _lock:
            new = [text for text in texts if text not in known]
            if len(known) + len(new) > _REMEMBERED:
                known.clear()
                new = texts
            known.update({text: self._told(text) for text in new})
            rows = [known[text] for text in texts]
        columns = zip(*rows, strict=True) if rows else [()] * len(NETWORK)
        return pa.table([pa.array(column, pa.string()) for column in columns], schema=NETWORK)

    def _told(self, address: str | None) -> Told:
        records = [read(record) for record in self._records(address or "")]
        return tuple(next((r[n] for r in records if r[n]), None) for n in NETWORK.names)

    def _records(self, address: str) -> Iterator[Mapping[str, Any]]:
        import maxminddb

        for reader in self.readers:
            try:
                record = reader.get(address)
            except (ValueError, maxminddb.InvalidDatabaseError):  # no address; IPv6 asked of IPv4
                continue
            if isinstance(record, dict):
                yield record

    def described(self) -> list[dict[str, str]]:
        """Name, type and build date of each, for the record of a run."""
        return [
            {
                "file": Path(path).name,
                "type": str(reader.metadata().database_type),
                "built": f"{datetime.fromtimestamp(reader.metadata().build_epoch, UTC):%Y-%m-%d}",
            }
            for path, reader in zip(self.paths, self.readers, strict=True)
        ]


@lru_cache(4)
def _known(paths: tuple[str, ...]) -> dict[str | None, Told]:
    """What was looked up in this process; addresses stay in memory only."""
    return {}


@lru_cache(16)
def _reader(path: str) -> Any:
    import maxminddb

    try:
        reader = maxminddb.open_database(path)
        reader.get("192.0.2.1")  # a damaged search tree shows at the first look
    except FileNotFoundError:
        raise ConfigError(f"network.mmdb: {path}: no such file") from None
    except (maxminddb.InvalidDatabaseError, OSError, ValueError) as error:
        raise ConfigError(
            f"network.mmdb: {path}: not a readable MMDB file ({type(error).__name__}); get it anew"
        ) from None
    return reader


def read(record: Mapping[str, Any]) -> dict[str, str | None]:
    """One record of whatever shape -> the columns of NETWORK."""
    return {name: _first(record, _PATHS[name], name) for name in NETWORK.names}


def _first(record: Mapping[str, Any], paths: Sequence[str], name: str) -> str | None:
    for path in paths:
        value: Any = record
        for step in path.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        text = str(value).strip() if isinstance(value, str | int) else ""
        if path == "org" and name == "asn" and not _NUMBERED.match(text):
            continue  # a name, which may begin with a number
        if name in _CHECKED:
            text = _CHECKED[name](text) or ""
        if text:
            return text
    return None


def country_code(text: str) -> str | None:
    """An ISO 3166 code as edges and databases write it; None for `XX`, `T1` and other notes."""
    return text.upper() if text.upper() in COUNTRIES else None


def country_named(text: str) -> str | None:
    """The same of an edge or a vendor, some of whom write the country's name."""
    return country_code(text) or (country_of(text) if len(text) > 2 else None)


def as_number(text: str) -> str | None:
    """`AS` and the number, however it is written: 64496, AS64496, 'AS64496 Example Net'."""
    match = _AS.match(text)
    number = int(match[1] or match[2]) if match else 0
    return f"AS{number}" if number else None


def _operator(text: str) -> str:
    """IPinfo's `org` has the number before the name."""
    return _NUMBERED.sub("", text)


_CHECKED: dict[str, Callable[[str], str | None]] = {
    "country": country_code,
    "asn": as_number,
    "isp": _operator,
}


def merged(
    edge: Mapping[str, pa.DictionaryArray], known: Mapping[str, pa.DictionaryArray]
) -> dict[str, pa.DictionaryArray]:
    """What an edge server logged, and what the databases add, both at the rows.

    The edge saw the request and wins. A city is added only where the countries agree, an operator
    only where the systems do, so that no row mixes two places.
    """
    said = {name: column.cast(pa.string()) for name, column in edge.items()}
    found = {name: column.cast(pa.string()) for name, column in known.items()}
    for whole, part in (("country", "city"), ("asn", "isp")):
        clash = pc.fill_null(pc.not_equal(said[whole], found[whole]), False)
        said[part] = pc.coalesce(said[part], pc.if_else(clash, None, found[part]))
        said[whole] = pc.coalesce(said[whole], found[whole])
    return {name: said[name].dictionary_encode() for name in NETWORK.names}
