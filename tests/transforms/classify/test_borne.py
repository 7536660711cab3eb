"""Closed sets: a list of staff is not kept by itself, a list of things is."""

import pytest

from weir.schemas.config import Detection
from weir.transforms.classify.borne import borne

PEOPLE = [
    "Miller Kowalczyk",
    "Vestergaard Holmberg",
    "Zorvith Holmberg",  # one is in no list
    "Smith Baker Cook",  # words, and names of so many
    "garcia okafor lund smith",
    "Carla Jonas Greta",
    "Müller Schäfer",
    "Wang Li Zhang",
    "Ng Wu",
    "Schwarz Braun Okafor Kowalczyk",
    "sales support Kowalczyk",
    "Jackson Austin Madison",  # towns as well, and each a name of more people
    "Chad Jordan Georgia",
    "April June May",
    "London Paris Kowalczyk Okafor Berlin",  # two people among places
    "free gold pro basic team Kowalczyk Okafor red green blue black white",
]
THINGS = [
    "free gold pro basic premium team enterprise",
    "red green blue black white brown grey pink violet rose olive amber silver",
    "Black Brown Green White",
    "rot gruen blau schwarz weiss braun gelb",
    "Germany France Spain Italy Austria Poland Jordan Chad Georgia",
    "de fr es it at us al jo li",
    "Chrome Firefox Safari Edge Opera Konqueror Camino Lynx Vivaldi Samsung",
    "London Paris Berlin Vienna Madrid Rome Lincoln Jackson",
    "Texas Virginia Georgia Carolina Montana Nevada",
    "english german french spanish",
    "January February March April May June July August",
    "Mon Tue Wed Thu Fri Sat Sun",
    "Summer Winter Autumn Spring",
    "price title date newest asc desc",
    "gold silver bronze platinum diamond",
    "Sales Marketing Finance Support Legal",
    "Standard Express Overnight Pickup",
    "Sony Bosch Siemens Nokia Apple Dell Ford",
    "Jazz Rock Blues Pop Classical Folk",
    "north south east west",
    "S M L XL",
    "200 404 500",
    "1.2.3 1.2.4 2.0",
    "Q7-LUX Q8-NOX",
]


@pytest.mark.parametrize("values", PEOPLE)
def test_a_set_of_which_several_values_are_names_is_peoples(values):
    assert borne(values.split(), Detection())


@pytest.mark.parametrize("values", THINGS)
def test_a_set_of_things_is_nobodys(values):
    assert not borne(values.split(), Detection())


def test_names_of_several_words_count_as_well():
    assert borne(["J. Kowalczyk", "M. Okafor"], Detection())
