"""The truth's browser families and robots are those that Weir would see."""

import pyarrow as pa
from sample_data import words

from weir.transforms.technology import technology


def test_every_browser_is_of_its_family_and_nobody_is_taken_for_a_robot():
    agents = words.agents()
    told = technology(pa.array([text for text, *_ in agents])).to_pylist()
    assert [row["browser"] for row in told] == [family for _, family, _ in agents]
    assert {row["bot"] for row in told} == {None}


def test_mail_programs_are_no_robots_and_robots_are():
    assert technology(pa.array(words.MAIL_AGENTS))["bot"].null_count == len(words.MAIL_AGENTS)
    assert technology(pa.array(words.BOT_AGENTS))["bot"].null_count == 0
