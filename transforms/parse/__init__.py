"""Lines into rows: access logs, collectors of beacons, script events, profiles.

In: blocks of whole lines. Out: Parsed, where each line is a row or a reject, never both, never
neither.
"""

from weir.transforms.parse.beacons import BeaconParser
from weir.transforms.parse.events import EventParser
from weir.transforms.parse.formats import log_parser
from weir.transforms.parse.jsonlogs import JsonLogParser
from weir.transforms.parse.logs import LogParser
from weir.transforms.parse.parsed import Parsed, as_parsed
from weir.transforms.parse.profiles import ProfileParser

__all__ = [
    "BeaconParser",
    "EventParser",
    "JsonLogParser",
    "LogParser",
    "Parsed",
    "ProfileParser",
    "as_parsed",
    "log_parser",
]
