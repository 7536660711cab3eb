"""Chinese names beside a town, a trade or what is asked of somebody, as people are looked for:
欧阳晓峰 杭州, 杭州欧阳晓峰, 律师欧阳晓峰, 欧阳晓峰的电话."""

import re
from collections.abc import Iterator
from itertools import pairwise

from weir.schemas import detect as facts
from weir.transforms.detect.people.honours import begins_with_a_family
from weir.transforms.detect.people.naming import Person

_RUN = re.compile(r"[\u4e00-\u9fff々]+")
_APART = re.compile(r"[ 　+_,，、/()（）-]{1,2}")
_LATIN = re.compile(r"[A-Za-z]{4,20}")
_OF = "的"  # 's
_LONGEST = 12  # signs of a run that may hold a name and what tells it
_MOST = 4  # runs of signs in what is looked for


def beside_a_town(text: str) -> Iterator[Person]:
    """A family name and one or two signs of given names, where nothing but words in signs stands
    and one of them is a town, or begins with one or with a trade; nothing in an ASCII text."""
    if text.isascii():
        return
    runs = list(_RUN.finditer(text))
    for run in runs:
        yield from _in_one(run)
    if not 1 <= len(runs) <= _MOST:
        return
    towns = [_is_town(run[0]) for run in runs]
    if not (any(towns) and _nothing_else(text, runs)) and not _in_latin(text, runs):
        return
    for run, town in zip(runs, towns, strict=True):
        if not town and is_whole_name(run[0]):
            yield Person(*run.span(), 0.6, "a name in signs beside a town")


def _in_one(run: re.Match[str]) -> Iterator[Person]:
    """A name of three signs and more behind a town or a trade, or before what is asked of it."""
    signs = run[0]
    if not _WHOLE < len(signs) <= _LONGEST:
        return
    persons = facts.words("persons_in_ideograms")
    name, of, asked = signs.partition(_OF)
    if of and asked in persons and len(name) >= _WHOLE and is_whole_name(name):
        yield Person(run.start(), run.start() + len(name), 0.6, "a name and what is asked of it")
    for at in (2, 3, 6):
        behind = signs[at:]
        told = signs[:at] in persons or _is_town(signs[:at])
        if told and len(behind) >= _WHOLE and is_whole_name(behind):
            yield Person(run.start() + at, run.end(), 0.6, "a name in signs behind what tells it")
            return


_WHOLE = 3  # signs of most names


def _in_latin(text: str, runs: list[re.Match[str]]) -> bool:
    """Whether all else is a town of China's in Latin letters: 欧阳晓峰 hangzhou."""
    others = _LATIN.findall(text)
    if len(runs) != 1 or len(others) != 1 or len(runs[0][0]) < _WHOLE:
        return False
    apart = text.replace(runs[0][0], "").replace(others[0], "")
    return others[0].lower() in facts.words("towns_in_pinyin") and not apart.strip(" ,()-_+")


def is_whole_name(run: str) -> bool:
    """A Chinese family name and one or two signs of which given names are made."""
    given = run[begins_with_a_family(run) :]
    signs = facts.words("given_signs")
    nobody = facts.words("not_in_ideograms") | facts.words("words_in_ideograms")
    named = len(given) < len(run) and 1 <= len(given) <= 2
    return named and run not in nobody and all(sign in signs for sign in given)


def _nothing_else(text: str, runs: list[re.Match[str]]) -> bool:
    """Whether the runs, with what parts words between them, are the whole text."""
    edges = (text[: runs[0].start()] + text[runs[-1].end() :]).strip(" ()（）")
    apart = all(_APART.fullmatch(text, a.end(), b.start()) for a, b in pairwise(runs))
    return apart and not edges.strip()


def _is_town(run: str) -> bool:
    """A town or a province, or a town behind its province: 杭州市, 浙江省杭州市."""
    province, of, rest = run.partition("省")
    if of and rest:
        return _is_town(province) and _is_town(rest)
    return _is_listed(run) or (len(run) < 6 and run[-1] in "市省區区縣县" and _is_listed(run[:-1]))


def _is_listed(run: str) -> bool:
    return run in facts.words("towns_in_ideograms") or run in facts.words("places_in_ideograms")
