"""`make eval`: what detection finds of the corpus, and how much of what it finds is personal, by
entity and field; what it costs in harmless strings; stock Presidio beside it.

A personal span is gone if of every run of four characters of what it says none is left in the text
that crosses, however that may be decoded, unless the rest of the string has that run too. A finding
is right if it touches something personal, whatever it is called.
"""

import argparse
import math
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from tests.corpus.making import Labelled, Span, corpus
from weir.schemas.config import Detection
from weir.transforms.detect import Detector, scan
from weir.transforms.detect.text.decode import decode

RUN = 4
ALL = "all findings"
_PLACEHOLDER = re.compile(r"\{[a-z]+\}|<[A-Z_]+>")

Found = tuple[int, int, str]
"""Of a finding its span and its entity."""
Clean = Callable[[str, str], tuple[str, list[Found]]]
"""(field, text) -> (what crosses, what was found)."""
_OF_STOCK = {
    "EMAIL_ADDRESS": "email", "PHONE_NUMBER": "phone", "CREDIT_CARD": "card", "IBAN_CODE": "iban",
    "IP_ADDRESS": "ip", "US_SSN": "ssn", "PERSON": "name",
}  # fmt: skip
OTHER = "other"


@dataclass
class Score:
    """Counts of one part and one way of looking."""

    spans: Counter[str] = field(default_factory=Counter)  # all, by entity and by field
    gone: Counter[str] = field(default_factory=Counter)
    personal: int = 0
    all_gone: int = 0
    harmless: int = 0
    untouched: int = 0
    findings: Counter[str] = field(default_factory=Counter)  # in all, by entity and by field
    right: Counter[str] = field(default_factory=Counter)  # of these, what touches a labelled span
    seconds: float = 0.0
    missed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    touched: list[str] = field(default_factory=list)


def score(items: Iterable[Labelled], clean: Clean) -> Score:
    """Look at every item and count."""
    total = Score()
    for item in items:
        began = time.perf_counter()
        crosses, found = clean(item.field, item.text)
        total.seconds += time.perf_counter() - began
        _count_findings(total, item, found)
        if not item.spans:
            total.harmless += 1
            total.untouched += crosses == item.text
            if crosses != item.text:
                total.touched.append(f"{item.field:10} {item.text}  ->  {crosses}")
            continue
        total.personal += 1
        left = [span for span in item.spans if not _is_gone(span, item, crosses)]
        total.all_gone += not left
        for span in item.spans:
            for name in (span.entity, item.field):
                total.spans[name] += 1
                total.gone[name] += span not in left
        for span in left:
            total.missed[f"{span.entity}/{span.kind}"].append(
                f"{item.field:10} {item.text}  ->  {crosses}"
            )
    return total


def _count_findings(total: Score, item: Labelled, found: list[Found]) -> None:
    """A span that is found as two entities counts once, but for each of them."""
    counted = {(s, e, name) for s, e, entity in found for name in (ALL, item.field, entity)}
    for start, end, name in counted:
        total.findings[name] += 1
        total.right[name] += any(start < p.end and p.start < end for p in item.spans)


def _is_gone(span: Span, item: Labelled, crosses: str) -> bool:
    rest = _read(item.text[: span.start] + "\n" + item.text[span.end :])
    kept = _read(_PLACEHOLDER.sub("\n", crosses))
    return not any(
        run in kept and run not in rest
        for text in {span.value, item.text[span.start : span.end]}
        for run in _runs(text)
    )


def _read(text: str) -> str:
    views = decode(text, "query").views + decode(text, "path").views
    return "\n".join(dict.fromkeys(views)).lower()


def _runs(text: str) -> set[str]:
    text = text.lower()
    if len(text) <= RUN:
        return {text}
    return {text[i : i + RUN] for i in range(len(text) - RUN + 1)}


def ours(mode: str) -> Clean:
    """Weir's detection in a mode."""
    detector = Detector(Detection(mode=mode))

    def clean(where: str, text: str) -> tuple[str, list[Found]]:
        scanned = scan(where, text, detector)
        return scanned.clean, [(f["start"], f["end"], f["entity"]) for f in scanned.findings]

    clean("text", "warm up joe@example.org")
    return clean


def stock() -> Clean:
    """Presidio as it comes (its pattern recognizers, no model), on the whole string."""
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NlpArtifacts  # noqa: F401  # fails early if absent

    from weir.transforms.detect.recognizers.engine import quiet
    from weir.transforms.detect.recognizers.tokens import WebTokens

    quiet()
    import tldextract

    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=())
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=None)
    analyzer = AnalyzerEngine(
        registry=registry, nlp_engine=WebTokens(), default_score_threshold=0.4
    )

    def clean(_: str, text: str) -> tuple[str, list[Found]]:
        found = sorted(
            (r.start, r.end, _OF_STOCK.get(r.entity_type, OTHER))
            for r in analyzer.analyze(text, "en")
        )
        crosses, at = "", 0
        for start, end, _ in found:
            if end > at:
                crosses += text[at : max(at, start)] + "<FOUND>"
                at = end
        return crosses + text[at:], found

    return clean


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927), in percent."""
    if not of:
        return 0.0, 100.0
    z, share = 1.96, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(100 * (middle - half), 0.0), min(100 * (middle + half), 100.0)


def share(hits: int, of: int) -> str:
    """`98.1 (97.2–98.8)`."""
    if not of:
        return "–"
    low, high = wilson(hits, of)
    return f"{100 * hits / of:.1f} ({low:.1f}–{high:.1f})"


def rows_of_strings(scores: dict[str, Score]) -> list[list[str]]:
    """Whole strings: label, how many there are, and a share for each way of looking."""
    first, each = next(iter(scores.values())), scores.values()
    return [
        ["all personal gone", str(first.personal), *(share(s.all_gone, s.personal) for s in each)],
        [
            "harmless untouched",
            str(first.harmless),
            *(share(s.untouched, s.harmless) for s in each),
        ],
    ]


def rows_of_spans(scores: dict[str, Score]) -> list[list[str]]:
    """The same of personal spans that are gone, by entity and field."""
    first, each = next(iter(scores.values())), scores.values()
    return [
        [_label(name), str(first.spans[name]), *(share(s.gone[name], s.spans[name]) for s in each)]
        for name in _in_order(first.spans)
    ]


def rows_of_findings(scores: dict[str, Score]) -> list[list[str]]:
    """The same of findings that touch something personal."""
    first, each = next(iter(scores.values())), scores.values()
    names = {name for one in each for name in one.findings}
    return [
        [_label(name), str(first.findings[name]),
         *(share(s.right[name], s.findings[name]) for s in each)]
        for name in _in_order(names)
    ]  # fmt: skip


def _in_order(names: Iterable[str]) -> list[str]:
    """All first, then entities, then fields."""
    return sorted(names, key=lambda name: (name != ALL, name in _fields(), name == OTHER, name))


def _label(name: str) -> str:
    return name if name == ALL else f"`{name}`" + (" (field)" if name in _fields() else "")


def _fields() -> set[str]:
    return {"path_query", "referer", "search", "ua", "json", "cookie", "text"}


def main() -> None:
    """Print the tables; `--markdown` as in docs/detection.md; `--missed` shows examples (dev)."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--part", choices=["dev", "test"], action="append")
    options.add_argument("--each", type=int, default=12, help="strings of each template")
    options.add_argument("--stock", type=int, default=600, help="strings shown to stock Presidio")
    options.add_argument("--missed", type=int, default=0, help="examples of what was missed (dev)")
    options.add_argument("--markdown", action="store_true")
    given = options.parse_args()
    for part in given.part or ["dev", "test"]:
        items = list(corpus(part, each=given.each))
        looks = {"balanced": ours("balanced"), "strict": ours("strict")}
        scores = {name: score(items, clean) for name, clean in looks.items()}
        if given.stock:
            sample = random.Random(1).sample(items, min(given.stock, len(items)))
            scores["stock Presidio"] = score(sample, stock())
        _print(part, items, scores, given.markdown)
        if part == "dev" and given.missed:
            _examples(scores["balanced"], given.missed)


def _print(part: str, items: list[Labelled], scores: dict[str, Score], markdown: bool) -> None:
    personal = sum(bool(i.spans) for i in items)
    print(f"\n{part}: {personal} strings with personal data, {len(items) - personal} without")
    print("In percent, with the 95 % interval; n is of balanced.")
    for title, rows in (
        ("whole strings", rows_of_strings(scores)),
        ("personal spans that are gone (recall)", rows_of_spans(scores)),
        ("findings that are personal (precision)", rows_of_findings(scores)),
    ):
        (_as_markdown if markdown else _as_table)(title, [*scores], rows)
    if markdown:
        return
    for name, one in scores.items():
        count = one.personal + one.harmless
        print(f"{name}: {1e6 * one.seconds / count:.0f} µs a string")


def _as_markdown(title: str, ways: list[str], rows: list[list[str]]) -> None:
    print(f"\n| {title} | n | {' | '.join(ways)} |\n|---|---|{'---|' * len(ways)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")


def _as_table(title: str, ways: list[str], rows: list[list[str]]) -> None:
    """In 80 columns."""
    print(f"\n{title}")
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for name in ("", "n", *ways):
        table.add_column(name, justify="right" if name else "left", no_wrap=True)
    for row in rows:
        table.add_row(*(cell.replace("`", "").replace("100.0", "100") for cell in row))
    Console().print(table)


def _examples(one: Score, number: int) -> None:
    for kind, texts in sorted(one.missed.items(), key=lambda m: -len(m[1])):
        print(f"\n== {kind}: {len(texts)}")
        for text in random.Random(1).sample(texts, min(number, len(texts))):
            print("  ", text)
    print(f"\n== harmless touched: {len(one.touched)}")
    for text in random.Random(1).sample(one.touched, min(number * 8, len(one.touched))):
        print("  ", text)


if __name__ == "__main__":
    main()
