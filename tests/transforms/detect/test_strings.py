"""A table of strings as logs have them; what detection should say of each."""

from pathlib import Path

import pytest
import yaml
from by_rows import each_row
from looked_at import look_at

from weir.transforms.detect import scan

STRINGS = yaml.safe_load((Path(__file__).parent / "strings.yaml").read_text(encoding="utf-8"))
UNKNOWN_TO_US = 1  # the last one of `personal`: a name in a cipher


@each_row(STRINGS["personal"][:-UNKNOWN_TO_US])
def test_a_personal_string_does_not_cross(part, key, value, entity):
    clean, entities = look_at(part, key, value)
    assert entity in entities
    assert "{" in clean


@each_row(STRINGS["harmless"])
def test_a_harmless_string_crosses(part, key, value):
    clean, entities = look_at(part, key, value)
    assert entities == []
    assert "{" not in clean


@pytest.mark.parametrize("part, key, value, entity", STRINGS["personal"][-UNKNOWN_TO_US:])
def test_what_nobody_finds_is_known_to_be_missed(part, key, value, entity):
    assert entity not in look_at(part, key, value)[1]


@pytest.mark.parametrize("text", ["bxk77@example.org.pdf", "bxk77@mail.example.co.uk.html"])
def test_a_file_that_is_called_after_an_address_is_one(text: str) -> None:
    assert scan("path_query", f"/files/{text}").clean == "/files/{email}"


def test_an_address_ends_where_its_host_does() -> None:
    told = scan("text", "mail jane@example.org and call me, or jane@example .org").clean
    assert told == "mail {email} and call me, or {email}"


@pytest.mark.parametrize("text", ["logo@2x.png", "vue@3.2.1.js", "jquery@3.min.js"])
def test_a_file_for_dense_screens_or_of_a_package_is_none(text: str) -> None:
    assert scan("path_query", f"/files/{text}").clean == f"/files/{text}"


@pytest.mark.parametrize("site", ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org"])
def test_who_programs_on_a_site_does_not_cross_but_its_pages_do(site: str) -> None:
    for whose in ("mwisniewska", "lenaschwend1"):
        mine = scan("referer", f"https://{site}/{whose}/dotfiles/src").clean
        assert mine == f"https://{site}/{{id}}/dotfiles/src"
    for page in (f"https://{site}/pricing/teams", f"https://docs.example/{site}/teams"):
        assert scan("referer", page).clean == page
