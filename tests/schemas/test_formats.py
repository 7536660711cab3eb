"""Formats by name."""

import pytest
from pydantic import ValidationError

from weir.schemas.errors import ConfigError
from weir.schemas.formats import LogFormat, format_of, formats
from weir.schemas.json_layout import JsonLayout


def test_a_format_bears_the_name_of_its_file() -> None:
    assert {"common", "combined", "vhost_combined"} <= set(formats())
    assert all(one.name == name for name, one in formats().items())


def test_what_is_no_name_is_a_format_string() -> None:
    assert format_of("%h %t").log_format == "%h %t"
    assert format_of("combined").log_format.startswith("%h ")


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean 'common'"):
        format_of("comon")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"adress": "ip"}, "did you mean 'address'"), ({"status": "status"}, "name one of address"),
        ({"line": "n", "address": "ip"}, "no such field 'line'"),
    ],
)  # fmt: skip
def test_a_json_layout_names_fields_that_there_are(fields: dict[str, str], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        JsonLayout.model_validate({"time": {"field": "ts"}, "fields": fields})


def test_a_format_has_one_layout() -> None:
    json_ = {"time": {"field": "ts"}, "fields": {"address": "ip"}}
    said = {"name": "x", "about": "x", "sample": "x"}
    assert LogFormat.model_validate(said | {"json": json_}).json_layout
    for both in ({}, {"json": json_, "log_format": "%h %t"}):
        with pytest.raises(
            ValidationError, match="give just one of log_format, pattern, header, json"
        ):
            LogFormat.model_validate(said | both)
