"""Formats by name."""

import pytest

from weir.schemas.errors import ConfigError
from weir.schemas.formats import format_of, formats


def test_a_format_bears_the_name_of_its_file() -> None:
    assert {"common", "combined", "vhost_combined"} <= set(formats())


def test_what_is_no_name_is_a_format_string() -> None:
    assert format_of("%h %t").log_format == "%h %t"
    assert format_of("combined").log_format.startswith("%h ")


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean 'common'"):
        format_of("comon")
