"""Detection: which values hold something personal, and why (see detector.py).

In: distinct raw strings with the name and part they came from. Out: safe text and findings.
"""

from weir.transforms.detect.detector import Detector
from weir.transforms.detect.fields.names import clean_names
from weir.transforms.detect.fields.policy import entity_of
from weir.transforms.detect.found import Cleaned, Referrers
from weir.transforms.detect.scanned import FIELDS, Scanned, scan

__all__ = [
    "FIELDS",
    "Cleaned",
    "Detector",
    "Referrers",
    "Scanned",
    "clean_names",
    "entity_of",
    "scan",
]
