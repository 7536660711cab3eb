"""What a user agent says: closed vocabularies only."""

# ruff: noqa: E501 (user agents)
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
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "search"),
        (f"{CHROME} (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "search"),
        ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)", "ai_crawler"),
        ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; OAI-SearchBot/1.0)", "ai_crawler"),
        ("Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)", "ai_crawler"),
        ("CCBot/2.0 (https://commoncrawl.org/faq/)", "ai_crawler"),
        ("Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 Mobile Safari/537.36 (compatible; Bytespider; spider-feedback@bytedance.com)", "ai_crawler"),
        ("meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)", "ai_crawler"),
        ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ChatGPT-User/1.0; +https://openai.com/bot)", "ai_agent"),
        ("Mozilla/5.0 (compatible; Claude-User/1.0; +Claude-User@anthropic.com)", "ai_agent"),
        ("Mozilla/5.0 (compatible; Perplexity-User/1.0)", "ai_agent"),
        ("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "preview"),
        ("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "preview"),
        ("WhatsApp/2.21.12.21 A", "preview"),
        ("Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", "seo"),
        ("Mozilla/5.0 (compatible; archive.org_bot +http://archive.org/details/archive.org_bot)", "archiver"),
        ("Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)", "monitor"),
        ("Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)", "scanner"),
        ("AdsBot-Google (+http://www.google.com/adsbot.html)", "ads"),
        ("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", "mail_proxy"),
        ("YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html", "mail_proxy"),
        ("Barracuda Sentinel (EE)", "mail_scanner"),
        ("Feedly/1.0 (+http://www.feedly.com/fetcher.html)", "feed"),
        ("ExampleWalker/0.1 (+https://example.org/about)", "crawler"),
        ("curl/8.1.2", "tool"),
        ("python-requests/2.31", "tool"),
        ("Mozilla/5.0", "tool"),
        ("BigExample (Beta 2)", "tool"),
        ("-", "silent"),
        ("", "silent"),
        (None, "silent"),
        ("x" * 5000, "malformed"),
    ],
)  # fmt: skip
def test_robots_have_a_class(user_agent: str | None, bot: str | None) -> None:
    assert seen(user_agent) | {"bot": bot} == seen(user_agent)
    assert bot in vocabulary().classes


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (CHROME, "desktop"),
        (IPHONE, "mobile"),
        # frozen user agents: https://www.chromium.org/updates/ua-reduction/
        ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Mobile Safari/537.36", "mobile"),
        ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36", "tablet"),
        ("Mozilla/5.0 (Linux; Android 9; CUBOT_X18_Plus) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/90.0 Mobile Safari/537.36", "mobile"),
        ("Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0; Tablet PC 2.0)", "desktop"),
        ("Mozilla/5.0 (iPad; CPU OS 12_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1 Mobile/15E148 Safari/604.1", "tablet"),
        ("Mozilla/5.0 (SMART-TV; Linux; Tizen 5.0) AppleWebKit/538.1 (KHTML, like Gecko) Version/5.0 TV Safari/538.1", "tv"),
        ("Mozilla/5.0 (Linux; Android 7.1.2; AFTMM Build/NS6265; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/70.0 Mobile Safari/537.36", "tv"),
        ("Mozilla/5.0 (PlayStation 5/SmartTV) AppleWebKit/605.1.15 (KHTML, like Gecko)", "console"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; Xbox; Xbox One) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/48.0.2564.82 Safari/537.36 Edge/20.02", "console"),
        ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36 (Ecosia android@150.0.0.0)", "mobile"),
        ("Mozilla/5.0 (Linux; Android 8.1; SM-G960) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/90.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/310.0;]", "mobile"),
    ],
)  # fmt: skip
def test_people_sit_before_a_kind_of_device(user_agent: str, device: str) -> None:
    assert (seen(user_agent)["bot"], seen(user_agent)["device"]) == (None, device)


@pytest.mark.parametrize(
    "user_agent",
    [
        "Microsoft Office/12.0 (Windows NT 5.1; Microsoft Office Outlook 12.0.4518; Pro)",
        "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Microsoft Outlook 16.0.4266; ms-office; MSOffice 16)",
        "Mozilla/5.0 (X11; Linux x86_64; rv:78.0) Gecko/20100101 Thunderbird/78.10.0",
        "Outlook-iOS/711.2620504.prod.iphone (3.34.0)",
        "Mozilla/5.0 (Windows; U; Windows NT 5.1; jane.doe@example.org; rv:1.8) Gecko/20080404 Firefox/2.0",
    ],
)
def test_people_read_mail_with_mail_programs(user_agent: str) -> None:
    assert seen(user_agent)["bot"] is None


def test_old_windows_has_its_name() -> None:
    agent = "Mozilla/5.0 (Windows NT 5.1; rv:52.0) Gecko/20100101 Firefox/52.0"
    assert seen(agent)["os"] == "Windows XP"


def test_nothing_of_an_unknown_user_agent_is_repeated() -> None:
    told = seen("ann@example.org/5551234 (jane; doe) com/bot")
    known = vocabulary().browsers | {"Other"}
    assert told["browser"] in known
    assert told["os"] == "Other"
    assert told["browser_version"] is None
