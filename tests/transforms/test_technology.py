"""What a user agent says: closed vocabularies only."""

import pyarrow as pa
import pytest

from weir.transforms.technology import technology, vocabulary

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 16_3 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/16.3 Mobile/15E148 Safari/604.1"
)


def seen(user_agent: str | None) -> dict[str, str | None]:
    return technology(pa.array([user_agent], pa.string())).to_pylist()[0]


def test_a_browser_has_family_version_system_and_device() -> None:
    assert seen(CHROME) == {
        "browser": "Chrome", "browser_version": "120", "os": "Windows 10",
        "device": "desktop", "bot": None,
    }  # fmt: skip


def test_a_telephone_is_mobile() -> None:
    assert (seen(IPHONE)["device"], seen(IPHONE)["os"]) == ("mobile", "iOS 16")


@pytest.mark.parametrize(
    ("user_agent", "bot"),
    [
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "crawler"),
        ("curl/8.1.2", "tool"),
        ("python-requests/2.31", "tool"),
        ("Feedly/1.0 (+http://www.feedly.com/fetcher.html)", "feed"),
        ("-", "silent"),
        ("", "silent"),
        (None, "silent"),
        ("x" * 5000, "malformed"),
        (CHROME, None),
        (IPHONE, None),
    ],
)
def test_robots_have_a_class(user_agent: str | None, bot: str | None) -> None:
    assert seen(user_agent)["bot"] == bot


def test_nothing_of_an_unknown_user_agent_is_repeated() -> None:
    told = seen("ann@example.org/5551234 (jane; doe) com/bot")
    known = vocabulary().browsers | {"Other"}
    assert told["browser"] in known
    assert told["os"] == "Other"
    assert told["browser_version"] is None
