"""What is asked for every word is put together once."""

from importlib import import_module
from inspect import isclass, signature
from pkgutil import iter_modules

from weir.transforms.detect import people
from weir.transforms.detect.people import wares

WITHIN = {"_alone"}
"""Those that only another one asks, which is kept itself."""


def test_tables_of_words_that_are_asked_for_every_word_are_put_together_once() -> None:
    rooms = [import_module(f"{people.__name__}.{m.name}") for m in iter_modules(people.__path__)]
    tables = [
        one
        for room in rooms
        for one in vars(room).values()
        if callable(one)
        and getattr(one, "__module__", "") == room.__name__
        and not isclass(one)
        and not signature(one).parameters
    ]
    assert wares._brands in tables
    assert {one.__name__ for one in tables if one() is not one()} == WITHIN
