"""Names of people in plain words: a lexicon of given and family names, and evidence for each find.

A word that is somebody's name is mostly something else: of 67 ordinary path words 55 are surnames
(home, page, books, cart). So one word alone says nothing, unless a title or a greeting stands
before it. Two neighbours have points: how many people bear the first as a given and the second as a family
name, less for words of the dictionary and places, more where a name, a route or a verb says that
somebody follows.
"""  # noqa: E501

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise

from weir.schemas import detect as facts
from weir.transforms.detect.limits.effort import (
    NAME,
    PAIR,
    SIGN_OF_WORDS,
    WORD,
    WORD_OF_SCRIPTS,
    Effort,
)
from weir.transforms.detect.people.addressed import addressed
from weir.transforms.detect.people.around import compares, is_near
from weir.transforms.detect.people.called_after import is_honoured
from weir.transforms.detect.people.called_so import is_mister, is_nobodys, is_of_a_place
from weir.transforms.detect.people.east import ideograms, of_the_east, written_whole
from weir.transforms.detect.people.famous import is_famous, public_figures
from weir.transforms.detect.people.journeys import is_of_a_class, is_of_a_journey
from weir.transforms.detect.people.listed import in_other_scripts
from weir.transforms.detect.people.naming import NEIGHBOURS, Person, could_be_name, is_title
from weir.transforms.detect.people.scripts import of_other_scripts
from weir.transforms.detect.people.signs import is_said
from weir.transforms.detect.people.singles import of_works
from weir.transforms.detect.people.streets import is_of_a_street, of_streets
from weir.transforms.detect.people.townsfolk import beside_a_town
from weir.transforms.detect.people.transcribed import transcribed
from weir.transforms.detect.people.wares import is_food, is_of_a_shop, is_told, is_ware
from weir.transforms.detect.people.worth import (
    HUMP,
    NOBLE,
    ONE_WORD,
    PARTICLES,
    Word,
    is_nobody,
    is_programmers,
    is_rarely_said,
    openings,
    raw_worth,
    words_of,
)

ENOUGH = 4.0
"""Points two words need; see `_points`."""

TELLING = 3.0  # what a telling name, route, or word nearby is worth
STRICTER = 3.0  # what strict adds to any two words
UNKNOWN = 1.5  # what a word counts that is neither in the lexicon nor in the dictionary

_ANY_WORD = re.compile(r"[^\W\d_]+")
_ASCII_WORD = re.compile("[a-z]{2,}")
_COMMA = re.compile(r"\s?,\s?")
_PACKAGE = re.compile(r"(?<![\w.@])(?:com|org|net|io|javax?)\.(?:\w{1,20}\.){0,3}\Z")
_INITIALS = re.compile(r"(?:[A-ZÀ-Þ]\.[ -]?){1,3}(?<=\.)")


def people(
    text: str, telling: bool = False, strict: bool = False, effort: Effort | None = None
) -> list[Person]:
    """The names in a plain text. `telling`: a name, a route or a column says that it holds one.

    Raises TooMuchError.
    """
    effort = effort or Effort()
    effort.spend(SIGN_OF_WORDS, len(text))
    if not _any_name(text, telling):
        return []
    effort.spend(WORD, len(_ANY_WORD.findall(text)) + len(HUMP.findall(text)))
    words = list(words_of(text))
    effort.spend(WORD_OF_SCRIPTS, 0 if text.isascii() else len(words))
    found = [*ideograms(text, telling), *of_other_scripts(text, words), *written_whole(text, words)]
    found += [*transcribed(text, strict), *in_other_scripts(text), *beside_a_town(text)]
    if not words:
        return found
    said = telling or is_told(words)
    works = frozenset() if said else frozenset(of_works(words, _works()))
    streets = frozenset() if said or strict else of_streets(text, words)
    shop = not said and is_of_a_shop(text, words)
    for i, word in enumerate(words):
        if i + 1 < len(words) and (word.given or word.family or word.initial or not word.known):
            effort.spend(PAIR)
            honoured = is_honoured(words, i) or (i > 0 and is_honoured(words, i - 1))
            told = telling or (not honoured and is_near(words, i))
            last = _end_of_name(text, words, i)
            beside = shop or bool(works and works.isdisjoint((i, last)))
            ware = not told and is_ware(text, words, i, last, beside)
            ware = ware or is_of_a_street(words, i, last, streets) or is_of_a_class(words, i)
            ware = ware or (not told and is_of_a_journey(words, i, last))
            if not ware and (said or strict or not is_famous(text, words, i, last)):
                pairs = _pair(text, words, i, told, strict)
                found += (replace(one, guessed=not told) for one in pairs)
        found += addressed(text, words, i, word)
    effort.spend(NAME, len(found))
    found += of_the_east(text, words)
    if telling and not found and _expected(words):
        span = words[0].start, words[-1].end
        found.append(Person(*span, 0.6, "a name of the lexicon where a name is expected", False))
    return found


def _expected(words: list[Word]) -> bool:
    """One given name, or two or three words of which one is a name and nothing else."""
    if len(words) == 1:
        if len(words[0].text) == 3 and words[0].text.isupper():
            return False  # to=LIS: an airport, a currency
        return words[0].sure and words[0].given >= 3
    pairs = {f"{a.folded} {b.folded}" for a, b in pairwise(words)}
    sure = any(w.sure and (w.given >= 2 or w.family >= 4) for w in words)
    sure = sure or (len(words) == 2 and is_of_a_place(*words))
    return sure and len(words) <= 3 and pairs.isdisjoint(facts.words("not_people"))


_BEFORE_FAMILIES = NOBLE | {"de", "da", "del", "di", "dos", "la"}


def could_be_a_person(text: str) -> bool:
    """Where a person is expected: a name of the lexicon, or words that no dictionary has."""
    if people(text, telling=True):
        return True
    words = list(words_of(text))
    if len(words) > 2 and words[0].given and words[1].folded in _BEFORE_FAMILIES:
        return True  # sanne-de-wit
    if len(words) < 2 or any(
        f"{a.folded} {b.folded}" in facts.words("not_people") for a, b in pairwise(words)
    ):
        return False
    if any(w.folded in facts.words("behind_places") for w in words):
        return False
    return not any(w.known for w in words if not w.initial)


def could_be_one_name(text: str) -> bool:
    """One word that is a name, or that is in no dictionary and no brand."""
    if not ONE_WORD.fullmatch(text.strip()):
        return False
    words = list(words_of(text.strip()))
    if len(words) != 1 or len(words[0].text) != len(text.strip()) or len(text) < 2:
        return False
    word = words[0]
    named = is_title(word) and (word.given or word.family)
    return word.given >= 1 or word.family >= 1 or not word.known or bool(named)


def _any_name(text: str, telling: bool) -> bool:
    """Whether a word of an ASCII text is in the lexicon or could open a name: most are neither."""
    if not text.isascii():
        return True
    lower = text.lower().replace("'s", "").replace("'", "")
    tokens = {*_ASCII_WORD.findall(lower), *_ASCII_WORD.findall(HUMP.sub(" ", text).lower())}
    opens = openings() | facts.words("families_of_places") if telling else openings()
    return not tokens.isdisjoint(opens) or any(t in facts.lexicon().names for t in tokens)


def _pair(text: str, words: list[Word], i: int, telling: bool, strict: bool) -> Iterator[Person]:
    a, b = words[i], words[i + 1]
    gap = text[a.end : b.start]
    if gap and not NEIGHBOURS.fullmatch(gap):
        if _COMMA.fullmatch(gap) and not _listed(text, words, i):
            yield from _reversed(text, words, i, 1.0 + TELLING * telling)
        return
    if _is_programmed(text, a, b) or _is_stop(gap, a) or compares(text, a, b):
        return
    last = _end_of_name(text, words, i)
    middle, b = last > i + 1, words[last]
    points, why = _points(text, words, i, last, telling, strict)
    if points < ENOUGH and words[i + 1].initial:  # Jamal K. and no more
        last, middle, b = i + 1, False, words[i + 1]
        points, why = _points(text, words, i, last, telling, strict)
    if points >= ENOUGH:
        if is_nobodys(text, words, i, a, b, telling):
            return
        end = b.end
        if last + 1 < len(words) and NEIGHBOURS.fullmatch(text[end : words[last + 1].start]):
            more = words[last + 1]  # a second family name: Maria Garcia Lopez
            end = (
                more.end
                if more.family >= 2 or (more.capital and a.capital and not more.known)
                else end
            )
        yield Person(
            a.start, end, min(0.4 + (points - ENOUGH) / 20, 0.95),
            why + " and initial" * middle,
        )  # fmt: skip
    elif not middle and a.family and b.given >= 1 and not is_nobodys(text, words, i, a, b, telling):
        yield from _reversed(text, words, i, (TELLING if telling else 0) - 2.0)


def _end_of_name(text: str, words: list[Word], i: int) -> int:
    """The last word of a name that begins at `words[i]`: Jane Doe, Jane Q. Doe, Juan de la Cruz."""
    a, last = words[i], i + 1
    while last < min(i + 3, len(words) - 1) and not a.initial:
        b = words[last]
        apart = b.start > a.end  # CAoQ_ is no name
        is_middle = b.folded in PARTICLES or (b.initial and last == i + 1 and apart)
        if not is_middle or not NEIGHBOURS.fullmatch(text[b.end : words[last + 1].start]):
            break
        last += 1
    return last


@cache
def _works() -> frozenset[str]:
    """What is a work's, or somebody's whom everybody knows."""
    return facts.words("not_people") | public_figures()


def _is_stop(gap: str, a: Word) -> bool:
    """A full stop between two words: a sentence ends, unless the first is cut short (Wm. Smith)."""
    return gap.startswith(".") and len(gap) > 1 and not a.initial and (len(a.text) > 4 or a.known)


def _is_programmed(text: str, a: Word, b: Word) -> bool:
    """Two words with `_` between them of which one is a programmer's: price_asc; of a class."""
    if text[a.end : b.start] in ("", ".") and _PACKAGE.search(text, max(0, a.start - 60), a.start):
        return True
    return text[a.end : b.start] == "_" and any(
        w.text.islower() and is_programmers(w.folded, other.folded) for w, other in ((a, b), (b, a))
    )


def _points(
    text: str, words: list[Word], i: int, last: int, telling: bool, strict: bool
) -> tuple[float, str]:
    """Points of `words[i]` as given and `words[last]` as family name, and what speaks for it."""
    a, b = words[i], words[last]
    given, family = a.given, b.family
    noble = any(w.folded in NOBLE for w in words[i + 1 : last])
    noble = noble and (a.capital or not is_nobody(a.folded))  # leider zu kurz
    joined = text[a.end : b.start] == ""
    why = "a given and a family name side by side"
    new = could_be_name if telling or not (is_said(a) or is_said(b)) else _never
    strange = telling or not _in_a_sentence(words, i, last)  # else it is a word of that language
    if a.initial:
        dotted = text[a.end : a.end + 1] == "."
        given = (
            3.0 if a.capital and dotted
            else 2.0 if (telling and a.folded not in "ai") or (len(words) == 2 and dotted)
            else 0.0
        )  # fmt: skip
        why = "an initial and a family name"
        sure = b.sure or telling or (dotted and a.capital and b.capital and family >= 3)
        family = family if sure else 0.0
    elif strange and not given and new(a) and not joined and (family >= 5 or b.sure):
        given, why = UNKNOWN, "a family name behind a word that is in no dictionary"
    elif (
        _opens(a, given, strange, telling) and not family and _closes(a, b) and not joined
        and new is could_be_name
    ):  # fmt: skip
        family, why = _unknown_family(b, a), "a given name before a word in no dictionary"
    elif given and not family and last == i + 2 and _is_middle(text, words[i + 1], b):
        family, why = 2 * UNKNOWN, "a given name, an initial and a capital"
    elif given and not family and noble and not b.initial:
        family, why = UNKNOWN, "a given name before von or the like"
    elif b.initial and text[b.end : b.end + 1] == "." and a.sure and a.capital:
        family, why = 2.0, "a given name and an initial"
    elif not (given or family or joined or is_food(a, b)) and new(a) and new(b):
        if is_title(a) and is_title(b) and text[a.end] in " +_":
            given, family, why = UNKNOWN, UNKNOWN, "two capitals that no dictionary has"
            telling = False
        elif (strict and strange) or _is_addressed(words, i):
            given, family, why = UNKNOWN, UNKNOWN, "two words that no dictionary has"
    elif not family and i and is_mister(words[i - 1].folded, a, b) and last == i + 1:
        given, family, why = given or UNKNOWN, 2 * UNKNOWN, "a title, a name and a capital"
    elif given >= 2 and a.sure and a.capital and b.capital and not b.initial:
        borne = telling and not family and raw_worth(b.folded)[1] >= 2  # Ewa Piątek, tel.
        if strict or borne:
            family, why = UNKNOWN, "a given name before a capital"
    small = not (telling or a.capital or b.capital)
    least = 1.5 + small * 0.5  # with capitals two words that are hardly names may be one
    rare = a.known and b.known and given + family < least and not strict
    rare = rare or (max(given, family) <= 0.5 and not telling and not a.capital)
    if not telling and not noble and _in_a_sentence(words, i, last):  # din varukorg är tom just nu
        rare = rare or any(p <= 0.5 and is_nobody(w.folded) for p, w in ((given, a), (family, b)))
    if rare or not given or not family or (joined and not _is_camel(a, b)):
        return 0.0, why
    points = given + family + TELLING * telling + 1.5 * noble + STRICTER * strict
    points += _written(words, i, last)
    if not a.known and not b.known and a.given >= 1 and b.family >= 1:
        points += 2.0  # neither is a word of the dictionary
    return points, why


def _is_addressed(words: list[Word], i: int) -> bool:
    """Right behind a title or a greeting: dr selorm rakotoarisoa."""
    return i > 0 and words[i - 1].folded in _addressing()


@cache
def _addressing() -> frozenset[str]:
    return facts.words("titles") | facts.words("greetings")


def _never(word: Word) -> bool:
    """Of words that are told to be none by how they are written."""
    return False


def _opens(a: Word, given: float, strange: bool, telling: bool) -> bool:
    """A given name behind which an unknown word is likely the family's."""
    said = not telling and not a.capital and given <= 0.5 and is_nobody(a.folded)
    return given > 0 and (strange or given >= 2) and not said


def _closes(a: Word, b: Word) -> bool:
    """What may be a family's name, or is with a capital: Senna de Leeuw."""
    capitals = a.given >= 1 and a.capital and b.capital
    return could_be_name(b) or (capitals and is_rarely_said(b.folded))


def _in_a_sentence(words: list[Word], i: int, last: int) -> bool:
    """Small letters between words that are said all the time, in whatever language."""
    around = (*words[max(0, i - 3) : i], *words[last + 1 : last + 4])
    small = not (words[i].capital or words[last].capital)
    return small and not facts.everyday().isdisjoint([w.folded for w in around])


def _is_camel(a: Word, b: Word) -> bool:
    """JaneDoe, and no program's name."""
    return (a.sure or b.sure) and min(len(a.text), len(b.text)) > 2 and is_title(b)


def _is_middle(text: str, initial: Word, behind: Word) -> bool:
    """An initial with a point before a word with a capital: the Q. of John Q. Public."""
    return initial.initial and text[initial.end] == "." and is_title(behind) and not behind.initial


def _unknown_family(word: Word, before: Word) -> float:
    if not word.folded.isascii():
        return 4.0
    return UNKNOWN + 1.5 * (before.given >= 5 and not before.known)


def _written(words: list[Word], i: int, last: int) -> float:
    """Points for how it is written: nothing else there, capitals among small letters."""
    a, b = words[i], words[last]
    points, alone = 0.0, len(words) == last - i + 1
    sure = (a.sure and a.given >= 1) or (b.sure and b.family >= 1)
    others = [w for w in (*words[max(0, i - 5) : i], *words[last + 1 : last + 6]) if not w.initial]
    if alone:
        points += 1.0
    if a.capital and b.capital and len(b.text) > 1 and not a.text.isupper():
        small = not any(w.capital for w in others[1:])
        points += 1.0 if small else 0.5
        if small and (alone or len(others) > 2):  # and no title, of which all words have capitals
            points += 1.0 + sure
    elif len(others) > 2 and (a.known or b.known):
        points -= 1.0
    return points


def _reversed(text: str, words: list[Word], i: int, more: float) -> Iterator[Person]:
    """Family name first: with a comma, in lists and file names."""
    a, b, start = words[i], words[i + 1], i
    while start and words[start - 1].folded in PARTICLES and i - start < 3:
        start -= 1  # van der Leek, Daan
    alone = len(words) == i + 2 - start
    noble = start < i and text[words[start].start : a.end].count(" ") == i - start and a.capital
    more += 3.0 * (noble and b.capital and b.sure and words[start].folded in NOBLE)
    if more > 0 and b.initial and a.capital and (start < i or a.sure):
        initials = _INITIALS.match(text, b.start)
        if initials:  # van der Meulen, J.P.
            yield Person(words[start].start, initials.end(), 0.5, "a family name and initials")
        return
    family = a.family or (UNKNOWN + 1.5 * alone) * (more > 0 and (not a.known or start < i))
    if family > 0 and b.given >= 1 and not (a.known and b.known and more <= 0):
        points = family + b.given + more + (2.0 if a.sure and b.sure else 0.0)
        points += 1.0 * (more > 0 and alone and a.capital and b.capital)
        if points >= ENOUGH + (2.0 if more <= 0 and (a.known or b.known) else 0.0):
            start_at = words[start].start
            yield Person(
                start_at, b.end, min(0.4 + (points - ENOUGH) / 20, 0.9), "a family and a given name"
            )


def _listed(text: str, words: list[Word], i: int) -> bool:
    """A comma in a row of commas is a list."""
    return text.count(",") > 2
