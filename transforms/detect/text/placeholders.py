"""Texts that were redacted before: what stands in braces there is ours, and tells nothing."""

import re

from weir.schemas import detect as facts

BLANK = "|"
"""What stands for what was replaced, sign by sign, while the rest of a text is looked at."""

_PLACEHOLDER = re.compile("{(?:" + "|".join((*facts.ENTITIES, facts.UNREADABLE)) + ")}")


def is_placeholder(text: str) -> bool:
    """`{email}` and the like, and nothing else."""
    return _PLACEHOLDER.fullmatch(text.strip()) is not None


def blanked(text: str) -> str:
    """The text with placeholders made what no recognizer reads; spans stay."""
    return _PLACEHOLDER.sub(lambda match: BLANK * len(match[0]), text) if "{" in text else text
