"""Click ids: a closed list that neither a site nor a mapping can let across."""

from pathlib import Path

import pytest

from weir.schemas.clicks import CLICK_IDS, is_click_id
from weir.schemas.errors import ConfigError
from weir.schemas.mapping import load_mapping

NAMED = (
    "gclid gbraid wbraid dclid fbclid msclkid ttclid twclid li_fat_id yclid mc_eid _hsenc igshid "
    "srsltid epik rdt_cid ScCid irclickid gad_source"
)


@pytest.mark.parametrize("name", NAMED.split())
def test_the_usual_ones_are_on_it_in_any_case(name: str) -> None:
    assert is_click_id(name)
    assert is_click_id(name.upper())
    assert is_click_id(f"ep.{name}")


def test_names_of_campaigns_are_not() -> None:
    labels = ("utm_id", "utm_source_platform", "mtm_cid", "mc_cid", "cid", "gcl", "ad", "s", "")
    assert not [name for name in labels if is_click_id(name)]
    assert all(name == name.lower().strip() for name in CLICK_IDS)


@pytest.mark.parametrize("kind", ["tags", "events"])
@pytest.mark.parametrize("theirs", ["gclid", "[x, context.FBCLID]"])
def test_a_mapping_that_names_one_is_refused(tmp_path: Path, kind: str, theirs: str) -> None:
    time = ", time: {field: t}" if kind == "events" else ""
    text = f"{{name: x, kind: {kind}, fields: {{content: {theirs}}}, actions: {{}}{time}}}"
    (tmp_path / "own.yaml").write_text(text)
    with pytest.raises(ConfigError, match="is a click id; those never cross"):
        load_mapping("own.yaml", kind, tmp_path)
