"""Where a field's name and its value decide together: the neighbours of what is let alone."""

import pytest

from weir.transforms.detect import scan


@pytest.mark.parametrize(
    "field, text, clean",
    [
        # a kind of places is one under an address, and may be called so under a street
        ("path_query", "/x?address=home", "/x?address=home"),
        ("path_query", "/x?street=home", "/x?street={address}"),
        # a complaint needs more than its first word
        ("json", '{"errors": {"password": "is too short"}}',
         '{"errors": {"password": "is too short"}}'),
        ("json", '{"errors": {"password": "is zork"}}', '{"errors": {"password": "{secret}"}}'),
        # six digits under a code, and not five or seven
        ("path_query", "/x?code=482913", "/x?code={secret}"),
        ("path_query", "/x?code=48291", "/x?code=48291"),
        # who did it, by name where a user's is expected
        ("path_query", "/x?created_u=Anouk+Lee", "/x?created_u={name}"),
        ("path_query", "/x?created_u=Red+Lamp", "/x?created_u=Red+Lamp"),
    ],
)  # fmt: skip
def test_a_name_and_a_value_decide_together(field: str, text: str, clean: str) -> None:
    assert scan(field, text).clean == clean
