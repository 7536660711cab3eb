"""What a name, a route or a word tells of somebody in whole fields of a log; beside each what is nobody's."""  # noqa: E501

from pathlib import Path

import pytest
import yaml

from weir.schemas.config import Detection
from weir.transforms.detect import Detector, scan

STRINGS = yaml.safe_load((Path(__file__).parent / "told.yaml").read_text(encoding="utf-8"))
BALANCED, STRICT = Detector(), Detector(Detection(mode="strict"))


@pytest.mark.parametrize("field, text, clean", STRINGS["personal"])
def test_what_tells_of_somebody_does_not_cross(field, text, clean):
    assert scan(field, text, BALANCED).clean == clean
    assert scan(field, text, STRICT).clean != text


@pytest.mark.parametrize("field, text", STRINGS["harmless"])
def test_what_is_written_alike_and_tells_of_nobody_crosses(field, text):
    assert scan(field, text, BALANCED).clean == text
