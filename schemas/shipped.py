"""YAML as Weir ships it, read by libyaml: eight times as fast, and a night reads sixty files."""

from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str) -> Any:
    """What a text says. Raises yaml.YAMLError, as `yaml.safe_load` does."""
    return yaml.load(text, Loader=_LOADER)
