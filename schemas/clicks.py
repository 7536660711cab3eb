"""Click ids: parameters by which an advertising network recognises one click of one person.

They never cross the wall, whoever lists one: neither a site's `keep_parameters` nor a mapping.
Their values go into the proof's dictionary. The list (clicks.yaml) is closed.
"""

from importlib.resources import files

from weir.schemas.shipped import read_yaml


def _listed() -> frozenset[str]:
    text = (files("weir.schemas") / "clicks.yaml").read_text(encoding="utf-8")
    return frozenset(name for names in read_yaml(text).values() for name in names)


CLICK_IDS = _listed()
"""Names in lower case; they are compared without case."""


def is_click_id(name: str) -> bool:
    """A parameter of this name is one; a dotted name by its last step (`ep.gclid`)."""
    return name.lower().rpartition(".")[2] in CLICK_IDS
