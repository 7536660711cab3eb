"""The wall's proof: identifiers go into a keyed dictionary, published strings are matched with it.

In: identifiers as they stream past, and the distinct strings of what is to be published. Out: an
Arrow table of keyed hashes, and which strings hold one of them, and of which kind.
"""

from weir.transforms.proof.forms import normal_forms
from weir.transforms.proof.match import (
    DICTIONARY,
    MARK,
    MATCHES,
    dictionary_of,
    prove,
    refuse_matches,
)
from weir.transforms.proof.tokens import tokens

__all__ = [
    "DICTIONARY",
    "MARK",
    "MATCHES",
    "dictionary_of",
    "normal_forms",
    "prove",
    "refuse_matches",
    "tokens",
]
