"""A spaCy model that the user has installed, as more evidence for people's names.

Only its persons count, and only where no dictionary has a word of them. A model is trained on
sentences; of a log's words it takes many for people.
"""

import hashlib
import importlib.metadata
import importlib.util
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas import detect as facts
from weir.schemas.errors import ConfigError
from weir.transforms.detect.people.naming import Person
from weir.transforms.detect.people.worth import words_of

SCORE = 0.5
_PERSON = ("PERSON", "PER")
_JOINTS = str.maketrans("-_.+/", "     ")
_TWO_WORDS = r"\pL{2}.*[^\pL].*\pL{2}|[a-z][A-Z]"
_NOT_NEEDED = ["tagger", "parser", "senter", "morphologizer", "attribute_ruler", "lemmatizer"]


@dataclass(frozen=True)
class Model:
    """An open model. Its lock: spaCy does not promise to be asked by two threads at a time."""

    nlp: Any
    lock: threading.Lock = field(default_factory=threading.Lock)

    def people(self, text: str) -> Iterator[Person]:
        """Persons in a decoded text, as it is written or, without capitals, as names are."""
        if not any(map(str.isalpha, text)):
            return
        plain = text.translate(_JOINTS)
        if plain.islower() and len(plain.title()) == len(plain):
            plain = plain.title()
        with self.lock:
            found = [
                (e.start_char, e.end_char) for e in self.nlp(plain).ents if e.label_ in _PERSON
            ]
        for start, end in found:
            if _could_be(text[start:end]):
                yield Person(start, end, SCORE, "the model of nlp_model takes it for a person")


def could_be_people(values: pa.StringArray) -> pa.BooleanArray:
    """The gate for models: two words side by side. Null stays null."""
    return pc.match_substring_regex(values, _TWO_WORDS)


def identity(name: str) -> str:
    """Which model it is, by the hash of its own description. Raises ConfigError if it is not
    installed; none is ever fetched."""
    meta = _meta(name)
    if importlib.util.find_spec("spacy") is None:
        raise ConfigError(
            "detection.nlp_model: spaCy is not installed; in Weir's directory "
            ".venv/bin/pip install -e '.[nlp]', or leave the setting out"
        )
    if meta is None:
        raise ConfigError(
            f"detection.nlp_model: no spaCy model '{name}' is installed, nor is that a directory "
            "of one; install it, or leave the setting out"
        )
    return hashlib.sha256(meta.encode()).hexdigest()


def open_model(name: str) -> Model:
    """A model, ready to be asked. Raises ConfigError."""
    identity(name)
    import spacy

    logging.getLogger("spacy").setLevel(logging.ERROR)
    try:
        nlp = spacy.load(name, exclude=_NOT_NEEDED)
        nlp("Warm up")  # now, rather than in some value's time
    except Exception as error:  # whatever a damaged or foreign model raises
        raise ConfigError(
            f"detection.nlp_model: '{name}' cannot be opened ({type(error).__name__}); "
            "is it made for this version of spaCy?"
        ) from None
    if not {"ner", "entity_ruler"} & set(nlp.pipe_names):
        raise ConfigError(
            f"detection.nlp_model: '{name}' looks for no persons; take one with `ner`"
        )
    return Model(nlp)


def _meta(name: str) -> str | None:
    """The model's own description, from its directory or its package; None if there is neither."""
    if (Path(name) / "meta.json").is_file():
        return (Path(name) / "meta.json").read_text(encoding="utf-8")
    try:
        files = importlib.metadata.files(name) or []
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return None
    return next((f.read_text(encoding="utf-8") for f in files if f.name == "meta.json"), None)


def _could_be(text: str) -> bool:
    """No digits, no brand or work; two words, of which one is in no dictionary."""
    if any(map(str.isdigit, text)):
        return False
    words = list(words_of(text))
    pairs = {f"{a.folded} {b.folded}" for a, b in pairwise(words)}
    if sum(not word.initial for word in words) < 2 or not pairs.isdisjoint(
        facts.words("not_people")
    ):
        return False
    return any(not word.known for word in words if not word.initial)
