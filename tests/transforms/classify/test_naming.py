"""Names of fields: personal ones are not told, usual ones are understood."""

import pytest

from weir.schemas.fields import fields
from weir.transforms.classify.naming import HIDDEN, rank, tails, told_names


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("joe@example.org", "{email}"),
        ("jane_doe", "{name}"),
        ("Carla", HIDDEN),
        ("user-4711-20080422", HIDDEN),
        ('a"b', HIDDEN),
        ("", HIDDEN),
        ("x" * 61, HIDDEN),
        ("two\nlines", HIDDEN),
    ],
)
def test_a_name_that_could_be_personal_is_not_shown(name, shown):
    assert told_names([name]) == [shown]


def test_usual_names_are_shown():
    usual = ["user_id", "Phone Number", "Duration (seconds)", "E-Mail", "Straße", "context.ip",
             "lang", "birth_date", "properties", "utm_campaign", "$device_id"]  # fmt: skip
    assert told_names(usual) == usual


def test_the_names_of_the_table_itself_are_shown():
    table = fields()
    names = [name for part in (table.events, table.profiles) for one in part.values()
             for name in one.names]  # fmt: skip
    assert told_names(names) == names


def test_a_name_counts_by_its_last_words():
    assert tails("context.pageURL") == ("contextpageurl", "pageurl", "url")
    assert rank("context.page_url", ("url",)) > rank("url", ("url",))
    assert rank("urls_seen", ("url",)) is None
    assert rank("Straße", ("strasse",)) == 0
