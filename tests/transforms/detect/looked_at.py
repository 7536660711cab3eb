"""What detection lets cross of one value, by way of the gate."""

import pyarrow as pa

from weir.transforms.detect import Detector

DETECTOR = Detector()


def look_at(
    part: str, key: str, value: str, detector: Detector = DETECTOR
) -> tuple[str, list[str]]:
    """(what crosses, entities found). part `path`: a whole path."""
    given = pa.array([value], pa.string())
    cleaned = detector.paths(given) if part == "path" else detector.values(given, key or None, part)
    return cleaned.clean[0].as_py(), cleaned.findings["entity"].to_pylist()
