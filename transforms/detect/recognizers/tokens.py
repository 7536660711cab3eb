"""A Presidio NLP engine without a model: the tokens and lower-case lemmas that context needs.

Imports Presidio; only engine.py imports this.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

_TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]|\S")


class WebTokens(NlpEngine):
    """Splits on camelCase, `_`, `=`, `-` and between letters and digits."""

    def load(self) -> None:
        """Nothing to load."""

    def is_loaded(self) -> bool:
        """Always."""
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """Tokens with their offsets; lemmas are the tokens in lower case."""
        found = list(_TOKEN.finditer(text))
        return NlpArtifacts(
            entities=[],
            tokens=[m[0] for m in found],  # type: ignore[arg-type]  # strings do as well
            tokens_indices=[match.start() for match in found],
            lemmas=[match[0].lower() for match in found],
            nlp_engine=self,
            language=language,
        )

    def process_batch(
        self,
        texts: Iterable[str],
        language: str,
        batch_size: int = 1,
        n_process: int = 1,
        **kwargs: Any,
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        """One after the other."""
        return ((text, self.process_text(text, language)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:
        """A single letter tells nothing."""
        return len(word) < 2

    def is_punct(self, word: str, language: str) -> bool:
        """No letter or digit in it."""
        return not any(map(str.isalnum, word))

    def get_supported_entities(self) -> list[str]:
        """None: this engine finds nothing by itself."""
        return []

    def get_supported_languages(self) -> list[str]:
        """English, which is what Presidio calls any language here."""
        return ["en"]
