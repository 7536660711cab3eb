"""Where an address ends: the flat, the postcode and the town behind a street go with it."""

import re

_CAPITAL = "[A-ZÀ-ÞĀ-Ž]"
_TOWN = rf"{_CAPITAL}[\w'’.-]{{1,24}}(?:[ -]{_CAPITAL}[\w'’.-]{{0,24}}){{0,2}}"
_UNIT = (
    r"(?i:apt|apto|apartment|appt|app|apartamento|byt|lok|lokal|m|int|interno|scala|sc|piano|daire|"
    r"kat|unit|flat|suite|ste|esc|escalera|pta|puerta|piso|planta|bajo|kl|kv|top|t[üu]r|stiege|"
    r"stock|[ée]tage|b[âa]t|em|ajt[óo]|bloc|bl|ap|et|andar|bloco|leil|lgh|floor|room|rm|d|no)\.? ?"
    r"[:#°º]?\.? ?(?:\d{1,4}[A-Za-z]?|[A-Z]\d{0,3})(?!\w)"
    r"|\d{1,2}[.ºª°]? ?(?i:th|tv|mf|st|dcha|izq|esq|dto|sal|og|andar|em|piso)(?!\w)\.?"
    r"|#\d{1,5}[A-Za-z]?(?!\w)|\d{1,2}(?:[ºª°.]|er|[eèo]|n|r|t|a)?\.?(?: \d{1,2}(?:ª|º|a))?(?=, )"
    r"|\d{1,3}[A-Z](?!\w)|(?:B|[A-Z])(?= int\.? )"
)
_POSTCODE = (
    r"(?:[A-Z]{1,2}-)?(?:\d{3} \d{2}|\d{2}-\d{3}|\d{4}-\d{3}|\d{5,6}(?:-\d{4})?|\d{4} [A-Z]{2}|\d{4})"  # noqa: E501
    rf"(?!\w)(?:,? {_TOWN})?|\d{{3}} {_TOWN}|[A-Z]{{1,2}}\d[A-Z\d]? ?\d[A-Z]{{2}}(?!\w)"
    rf"|[A-Z]{{2}},? \d{{5}}(?:-\d{{4}})?(?!\w)"
)
_BEHIND = re.compile(
    rf"(?:(?:[-/]\w{{1,4}}){{1,3}}(?!\w)|[,.]? {{1,2}}(?:{_UNIT})|,? {{1,2}}(?:{_POSTCODE})|, {_TOWN}(?=[\s,.;]|\Z))"  # noqa: E501
)
_COUNTED_ROAD = re.compile(
    r"(?i:(?:county|state|farm|ranch|forest|parish|township|us|private)"
    r"[ _+-](?:road|rd|highway|hwy|route|rte)\Z)"
)
_NUMBER_OF_ROAD = re.compile(r"[ _+-]\d{1,4}[A-Za-z]?(?!\w)")
_PARTS = 5  # of an address behind its street


_MEASURED = re.compile(
    r"\d{4} ?(?:[mun]s|px|pt|pp|hz|[kmgt]b|[km]g|[mcd]l|[mck]m|mi|ft|lb|oz|hp|[km]w|rs|[qr]ps|pcs)"
    r"[,;] ?\d{1,4}"
)
_THINGS = re.compile(r" [a-z]{3,}")


def is_measured(text: str, start: int, end: int) -> bool:
    """Two counts that read like a Dutch postcode and a house: 1284 ms, 4821 keys."""
    return bool(_MEASURED.fullmatch(text, start, end) and _THINGS.match(text, end))


def end_of(text: str, end: int, entity: str) -> int:
    """The end of a finding; of an address that of what belongs to it behind."""
    if entity != "address":
        return end
    if _COUNTED_ROAD.search(text, max(end - 24, 0), end):
        number = _NUMBER_OF_ROAD.match(text, end)
        end = number.end() if number else end
    for _ in range(_PARTS):
        behind = _BEHIND.match(text, end)
        if behind is None:
            break
        end = behind.end()
    return end
