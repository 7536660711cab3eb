"""Ingest as it would be without detection, for benchmarks.detection alone: never use it on a log.

Importing this module makes every value pass. The command runs it for itself and has the hands'
server load it, so that they are as blind.

usage: python -m benchmarks.blind ingest --config FILE --date DAY --quiet
"""

from typing import Any

import pyarrow as pa

from weir.pipelines import hands, steps
from weir.pipelines.publish import Proved
from weir.transforms.detect import Detector, found, referrers
from weir.transforms.detect.detector import _string
from weir.transforms.detect.found import Cleaned, Referrers


def _passed(values: pa.StringArray) -> Cleaned:
    return Cleaned(_string(values), found.findings([]), found.identifiers([]))


def _values(self: Detector, values: pa.Array, *_given: Any, **_named: Any) -> Cleaned:
    return _passed(values)


def _referrers(self: Detector, urls: pa.Array) -> Referrers:
    host, path = referrers.split(_string(urls))
    return Referrers(_passed(host), _passed(path))


def _kept(night: Any, outcomes: Any, settled: Any, staging: Any) -> Proved:
    """What the proof finds, since nothing was redacted, stays: rewriting it is no ingest's work."""
    proof = [{**result, "path": ""} for result in settled["proof"]]
    return replace_matches(night, outcomes, {**settled, "proof": proof}, staging)


replace_matches, steps.replace_matches = steps.replace_matches, _kept
Detector.values = Detector.paths = _values  # type: ignore[method-assign,assignment]
Detector.referrers = _referrers  # type: ignore[method-assign]
Detector.warm = lambda self: None  # type: ignore[method-assign]
hands._LOADED = (*hands._LOADED, "benchmarks.blind")  # type: ignore[assignment]

if __name__ == "__main__":
    from weir.pipelines.cli import main

    main()
