"""What recognizers found in the text that a thread looks at."""

import threading
from collections.abc import Callable, Container
from typing import Any


class Answers(threading.local):
    """Found once: whoever asks whether there are matches asks for them next."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """No text is looked at."""
        self._text: str | None = None
        self._possible: Container[object] | None = None
        self._found: dict[object, list[Any]] = {}

    def look_at(self, text: str, possible: Container[object] | None = None) -> None:
        """Remember what is found in this text. possible: patterns that could match; None: all."""
        self.forget()
        self._text, self._possible = text, possible

    def rules_out(self, pattern: object, text: str) -> bool:
        """Whether a pattern is known not to match."""
        return self._possible is not None and text == self._text and pattern not in self._possible

    def of(self, who: object, text: str, find: Callable[[], list[Any]]) -> list[Any]:
        """What somebody finds in a text; found the first time."""
        if text != self._text:
            return find()
        if who not in self._found:
            self._found[who] = find()
        return self._found[who]
