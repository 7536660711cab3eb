"""Chinese names beside a town, as people are looked for: 欧阳晓峰 杭州."""

import re
from collections.abc import Iterator
from itertools import pairwise

from weir.schemas import detect as facts
from weir.transforms.detect.people.honours import begins_with_a_family
from weir.transforms.detect.people.naming import Person

_RUN = re.compile(r"[\u4e00-\u9fff々]+")
_APART = re.compile(r"[ 　+_,，、/-]{1,2}")
_MOST = 4  # runs of signs in what is looked for


def beside_a_town(text: str) -> Iterator[Person]:
    """A family name and one or two signs of given names, where nothing but words in signs stands
    and one of them is a town; nothing in an ASCII text."""
    if text.isascii():
        return
    runs = list(_RUN.finditer(text))
    if not 2 <= len(runs) <= _MOST or not _nothing_else(text, runs):
        return
    towns = [_is_town(run[0]) for run in runs]
    if not any(towns):
        return
    for run, town in zip(runs, towns, strict=True):
        if not town and is_whole_name(run[0]):
            yield Person(*run.span(), 0.6, "a name in signs beside a town")


def is_whole_name(run: str) -> bool:
    """A Chinese family name and one or two signs of which given names are made."""
    given = run[begins_with_a_family(run) :]
    signs = facts.words("given_signs")
    nobody = facts.words("not_in_ideograms") | facts.words("words_in_ideograms")
    named = len(given) < len(run) and 1 <= len(given) <= 2
    return named and run not in nobody and all(sign in signs for sign in given)


def _nothing_else(text: str, runs: list[re.Match[str]]) -> bool:
    """Whether the runs, with what parts words between them, are the whole text."""
    edges = text[: runs[0].start()] + text[runs[-1].end() :]
    apart = all(_APART.fullmatch(text, a.end(), b.start()) for a, b in pairwise(runs))
    return apart and not edges.strip()


def _is_town(run: str) -> bool:
    towns = facts.words("towns_in_ideograms") | facts.words("places_in_ideograms")
    return run in towns or (len(run) < 6 and run[-1] in "市省区區县縣" and run[:-1] in towns)
