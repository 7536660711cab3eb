"""The pipeline one writes first: Beam, a line at a time, Presidio on every value.

No distinct values, no gate, no blocks. The agent is matched by substring; counts go through
CombinePerKey, visits through GroupByKey. Presidio has the recognizers that it loads by itself. It
also wants a spaCy model (by default en_core_web_lg): name one that is installed. Without MODEL a
bare tokenizer stands for it, which is many times quicker.

usage: python -m benchmarks.naive LOG OUT query|urls [MODEL]
    query: Presidio looks at the query strings of request and referrer, where there are any
    urls:  at the whole target and referrer, for paths hold personal data too
"""

import re
import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

import apache_beam as beam

_LINE = re.compile(
    r'^(\S+) \S+ (\S+) \[([^\]]+)\] "(\S+) (\S+)[^"]*" (\d{3}) (\d+|-) "([^"]*)" "(.*)"$'
)
_ASSET = re.compile(r"\.(?:css|js|jpe?g|png|gif|webp|svg|ico|woff2?)$")
Hit = dict[str, Any]


class Scrub(beam.DoFn):  # type: ignore[misc]
    """Line -> hit, with what Presidio finds in query strings replaced."""

    def __init__(self, scope: str, model: str = "") -> None:
        self.scope, self.model = scope, model

    def setup(self) -> None:
        """One analyzer a worker, as Presidio's documentation advises."""
        import spacy
        import tldextract
        from presidio_analyzer import AnalyzerEngine
        from presidio_analyzer.nlp_engine import SpacyNlpEngine

        # The e-mail recognizer would ask the network for its suffix list, and wait for it.
        tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=())
        engine = SpacyNlpEngine()
        engine.nlp = {"en": spacy.load(self.model) if self.model else spacy.blank("en")}
        self.analyzer = AnalyzerEngine(nlp_engine=engine)

    def process(self, line: str) -> Iterator[Hit]:
        """One hit, or none for a line that does not fit."""
        match = _LINE.match(line)
        if not match:
            return
        address, _, at, _, target, status, size, referrer, agent = match.groups()
        path, query = self.scrub(target)
        source, terms = self.scrub(referrer)
        yield {
            "visitor": (address, agent),
            "at": datetime.strptime(at, "%d/%b/%Y:%H:%M:%S %z"),
            "path": path,
            "query": query,
            "referrer": source,
            "terms": terms,
            "size": int(size) if size != "-" else 0,
            "pageview": status[0] in "23" and not _ASSET.search(path),
            "browser": next((b for b in ("Edg", "Firefox", "Chrome", "Safari") if b in agent), ""),
        }

    def scrub(self, url: str) -> tuple[str, str]:
        """Path and query of a URL, cleaned."""
        if self.scope == "urls":
            url = self.clean(url)
        path, _, query = url.partition("?")
        return path, query if self.scope == "urls" else self.clean(query)

    def clean(self, text: str) -> str:
        """`text` with every finding replaced by its type."""
        if not text:
            return text
        found = self.analyzer.analyze(text=text, language="en")
        for result in sorted(found, key=lambda r: r.start, reverse=True):
            text = f"{text[: result.start]}<{result.entity_type}>{text[result.end :]}"
        return text


def visits(times: list[datetime]) -> int:
    """Visits of one visitor: one more after each 30 minutes of silence."""
    ordered = sorted(times)
    pairs = pairwise(ordered)
    return 1 + sum((later - before).total_seconds() > 1800 for before, later in pairs)


def main(log: str, out: str, scope: str, model: str = "") -> None:
    """Pages, hours, browsers and visits of a log, as text files in the directory `out`."""
    with beam.Pipeline(runner="DirectRunner") as pipeline:
        hits = pipeline | beam.io.ReadFromText(log) | beam.ParDo(Scrub(scope, model))
        for name in ("path", "browser", "referrer"):
            _count(hits, name, out)
        _ = (
            hits
            | "VisitorTimes" >> beam.Map(lambda hit: (hit["visitor"], hit["at"]))
            | beam.GroupByKey()
            | "Visits" >> beam.Map(lambda pair: visits(list(pair[1])))
            | beam.CombineGlobally(sum)
            | "WriteVisits" >> beam.io.WriteToText(f"{out}/visits")
        )


def _count(hits: beam.PCollection, name: str, out: str) -> None:
    _ = (
        hits
        | f"Pages by {name}" >> beam.Filter(lambda hit: hit["pageview"])
        | f"Key {name}" >> beam.Map(lambda hit: (hit[name], 1))
        | f"Count {name}" >> beam.CombinePerKey(sum)
        | f"Write {name}" >> beam.io.WriteToText(f"{out}/{name}")
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
