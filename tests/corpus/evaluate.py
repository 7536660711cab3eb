"""`make eval`: what detection finds of the corpus, by entity and field, and what it costs in
harmless strings; stock Presidio beside it.

A personal span is gone if of every run of four characters of what it says none is left in the text
that crosses, however that may be decoded, unless the rest of the string has that run too.
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
_PLACEHOLDER = re.compile(r"\{[a-z]+\}|<[A-Z_]+>")

Clean = Callable[[str, str], tuple[str, list[tuple[int, int]]]]
"""(field, text) -> (what crosses, the spans that were found)."""


@dataclass
class Score:
    """Counts of one part and one way of looking."""

    spans: Counter[str] = field(default_factory=Counter)  # all, by entity and by field
    gone: Counter[str] = field(default_factory=Counter)
    personal: int = 0
    all_gone: int = 0
    harmless: int = 0
    untouched: int = 0
    findings: int = 0
    right: int = 0  # findings that touch a labelled span
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
        total.findings += len(found)
        total.right += sum(any(s < p.end and p.start < e for p in item.spans) for s, e in found)
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

    def clean(where: str, text: str) -> tuple[str, list[tuple[int, int]]]:
        scanned = scan(where, text, detector)
        return scanned.clean, sorted({(f["start"], f["end"]) for f in scanned.findings})

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

    def clean(_: str, text: str) -> tuple[str, list[tuple[int, int]]]:
        found = sorted((r.start, r.end) for r in analyzer.analyze(text, "en"))
        crosses, at = "", 0
        for start, end in found:
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
    return 100 * (middle - half), 100 * (middle + half)


def share(hits: int, of: int, interval: bool = True) -> str:
    """`98.1 (97.2–98.8)`."""
    if not of:
        return "–"
    low, high = wilson(hits, of)
    return f"{100 * hits / of:.1f}" + (f" ({low:.1f}–{high:.1f})" if interval else "")


def rows(scores: dict[str, Score]) -> list[list[str]]:
    """The table's rows: whole strings first, then spans by entity and field."""
    first = next(iter(scores.values()))
    kinds = sorted(k for k in first.spans if k not in _fields())
    made = [
        ["**strings: everything personal gone**", *(share(s.all_gone, s.personal) for s in scores.values())],  # noqa: E501
        ["**strings: harmless untouched**", *(share(s.untouched, s.harmless) for s in scores.values())],  # noqa: E501
        ["precision of findings", *(share(s.right, s.findings) for s in scores.values())],
    ]  # fmt: skip
    for name in [*kinds, *sorted(_fields() & set(first.spans))]:
        label = f"`{name}`" + (" (field)" if name in _fields() else "")
        made.append([label, *(share(s.gone[name], s.spans[name], False) for s in scores.values())])
    return made


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
    title = f"{part}: {personal} strings with personal data, {len(items) - personal} without"
    if markdown:
        print(f"\n{title}\n\n| % | {' | '.join(scores)} |\n|---|{'---|' * len(scores)}")
        for row in rows(scores):
            print("| " + " | ".join(row) + " |")
        return
    table = Table(title=title, title_justify="left")
    for name in ("%", *scores):
        table.add_column(name, justify="left" if name == "%" else "right")
    for row in rows(scores):
        table.add_row(*(cell.strip("*") for cell in row))
    Console().print(table)
    for name, one in scores.items():
        count = one.personal + one.harmless
        print(f"{name}: {1e6 * one.seconds / count:.0f} µs a string")


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
