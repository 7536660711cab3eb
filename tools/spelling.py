"""Makes schemas/recognizers/spelling.txt: which letter follows which two in words that are known.

`python tools/spelling.py` after names.txt, english.txt, languages.txt or everyday.txt changed.
"""

import sys
from pathlib import Path

import numpy as np

from weir.schemas import detect as facts

OUT = Path(__file__).parent.parent / "schemas" / "recognizers" / "spelling.txt"
LETTERS = 27  # what is around a word, and a to z
UNSEEN = 0.05  # how often a row of three counts as seen that no word has
HEAD = """# Bits that a letter tells behind two others, a quarter each, from ! up: a line for each first letter (or none),
# in it 27 signs for each second. Counted over all words and names that are known. Made by tools/spelling.py; don't edit.
"""  # noqa: E501


def table() -> str:
    """The text of the file."""
    lexicon = facts.lexicon()
    words = {*lexicon.english, *lexicon.names, *facts.languages(), *facts.everyday()}
    text = "  ".join(w for w in sorted(words) if len(w) > 2 and w.isascii() and w.isalpha())
    signs = np.frombuffer(f"  {text}  ".encode("ascii"), np.uint8).astype(np.int64) - ord("a") + 1
    codes = np.where((signs > 0) & (signs < LETTERS), signs, 0)
    three = (codes[:-2] * LETTERS + codes[1:-1]) * LETTERS + codes[2:]
    counts = np.bincount(three, minlength=LETTERS**3).reshape(LETTERS, LETTERS, LETTERS) + UNSEEN
    bits = np.log2(counts.sum(axis=2, keepdims=True) / counts)
    quarters = np.rint(4 * bits).astype(int).reshape(LETTERS, LETTERS**2)
    return HEAD + "".join("".join(chr(33 + n) for n in line) + "\n" for line in quarters.tolist())


if __name__ == "__main__":
    OUT.write_text(table(), encoding="utf-8")
    sys.exit(0)
