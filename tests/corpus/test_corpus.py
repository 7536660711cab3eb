"""The corpus is what it says, and detection on a sample of it is as good as the docs say."""

import pytest

from tests.corpus.evaluate import ALL, main, ours, rows_of_findings, score
from tests.corpus.making import Labelled, Span, corpus, templates
from tests.corpus.values import UNLISTED, unlisted
from weir.schemas import detect as facts
from weir.transforms.detect.people.worth import fold


@pytest.mark.parametrize("part", ["dev", "test"])
def test_the_corpus_is_the_same_every_time_and_spans_lie_in_it(part):
    items = list(corpus(part, each=2))
    assert items == list(corpus(part, each=2))
    assert all(0 <= s.start < s.end <= len(i.text) for i in items for s in i.spans)
    personal = sum(bool(i.spans) for i in items)
    assert len(items) - personal >= 0.6 * personal > 100


def test_no_template_is_in_both_parts_that_is_more_than_a_value():
    dev, test = ({(where, text) for _, where, text in templates(p)} for p in ("dev", "test"))
    assert {text for _, text in dev & test} == {
        "«address»", "«email»", "«name.full»", "«~query»", "«~bot»", "«~ua»",
    }  # fmt: skip


def test_names_that_no_list_has_are_in_none_and_in_one_part_alone():
    given, family = unlisted()["given"], unlisted()["family"]
    dev, test = ({*given[part], *family[part]} for part in ("dev", "test"))
    assert len(dev | test) == len(dev) + len(test) > 150  # none is twice
    listed = {name for name in dev | test if fold(name) in facts.lexicon().names}
    assert not listed


@pytest.mark.parametrize("part", ["dev", "test"])
def test_one_name_in_twelve_is_in_no_list(part):
    spans = [span for item in corpus(part) for span in item.spans if span.kind == "name"]
    unlisted = sum(span.entity == UNLISTED for span in spans)
    assert 1 / 15 < unlisted / len(spans) < 1 / 10


@pytest.mark.parametrize(
    "part, mode, gone, untouched",
    [
        ("dev", "balanced", 98.5, 98.1),
        ("dev", "strict", 99.3, 84.2),
        ("test", "balanced", 97.9, 98.8),
        ("test", "strict", 98.3, 90.6),
    ],
)
def test_detection_of_a_sample_is_no_worse_than_it_was(part, mode, gone, untouched):
    found = score(corpus(part, each=2), ours(mode))
    assert 100 * found.all_gone / found.personal >= gone
    assert 100 * found.untouched / found.harmless >= untouched
    assert 100 * found.gone["name"] / found.spans["name"] >= 98.5


def test_findings_are_counted_by_entity_and_field_and_are_right_where_something_personal_is():
    text = "joe@example.org bought hammers"
    item = Labelled("text", text, 0, (Span(0, 15, "email", "email", "joe@example.org"),))
    found = [(0, 15, "email"), (0, 15, "name"), (23, 30, "name")]
    counted = score([item], lambda *_: ("{email} bought {name}", found))
    assert counted.findings == {ALL: 2, "text": 2, "email": 1, "name": 2}
    assert counted.right == {ALL: 1, "text": 1, "email": 1, "name": 1}
    rows = rows_of_findings({"balanced": counted})
    assert [row[:2] for row in rows] == [
        [ALL, "2"], ["`email`", "1"], ["`name`", "2"], ["`text` (field)", "2"],
    ]  # fmt: skip
    assert rows[2][2] == "50.0 (9.5–90.5)"


def test_the_tables_fit_a_terminal_of_80_columns(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("sys.argv", ["eval", "--part", "dev", "--each", "1", "--stock", "0"])
    main()
    shown = capsys.readouterr().out
    assert "personal spans that are gone" in shown
    assert "findings that are personal" in shown
    assert "…" not in shown
    assert max(map(len, shown.splitlines())) <= 80
