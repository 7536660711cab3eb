"""Importing this opens the recognizers as they come, and what reads user agents. The server of the
hands does, once, before it forks them: half a second and 30 MB for the lexicon, as much for
Presidio, that each would need."""

from contextlib import suppress

from weir.schemas.config import Detection
from weir.transforms import technology
from weir.transforms.detect.recognizers.engine import open_engine

with suppress(Exception):  # a hand that needs them will say what is wrong
    open_engine(Detection(mode="balanced"))
    technology.warm()
