"""The corpus is what it says, and detection on a sample of it is as good as the docs say."""

import pytest

from tests.corpus.evaluate import ours, score
from tests.corpus.making import corpus, templates


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


@pytest.mark.parametrize(
    "part, mode, gone, untouched",
    [("dev", "balanced", 97, 98), ("test", "balanced", 98, 98), ("test", "strict", 98, 69)],
)
def test_detection_is_no_worse_than_it_was(part, mode, gone, untouched):
    found = score(corpus(part, each=2), ours(mode))
    assert 100 * found.all_gone / found.personal >= gone
    assert 100 * found.untouched / found.harmless >= untouched
