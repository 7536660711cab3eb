"""Towns of a journey or a forecast, which are names of people elsewhere: treni milano roma."""

from weir.schemas import detect as facts
from weir.transforms.detect.people.wares import is_a_maker, is_told
from weir.transforms.detect.people.worth import Word, is_a_place


def is_of_a_journey(words: list[Word], i: int, last: int) -> bool:
    """Two towns beside a word for what goes or blows between them."""
    towns = all(not w.capital and is_a_town(w) for w in (words[i], words[last]))
    return towns and is_about_towns(words)


def is_about_towns(words: list[Word]) -> bool:
    """Whether a word is of journeys or of the weather, and none about people."""
    told = facts.words("journeys")
    return any(w.folded in told for w in words) and not is_told(words)


def is_a_town(word: Word) -> bool:
    """A town, whoever is called so as well."""
    return is_a_place(word.folded) or word.folded in facts.words("towns_of_journeys")


def is_of_a_class(words: list[Word], i: int) -> bool:
    """A letter before a word for a class: mercedes a class."""
    if i + 2 >= len(words):
        return False
    letter, kind = words[i + 1], words[i + 2]
    if words[i].given and not is_a_maker(words[i].folded):
        return False  # lena m class photo
    return letter.initial and not kind.capital and kind.folded in facts.words("classes")
