"""A log: what its parameters and cookies could be to a site's configuration."""

import pytest

from weir.transforms.classify.requests import checked, look_at
from weir.transforms.parse import log_parser

AGENT = "Mozilla/5.0 (X11; Linux) Firefox/3.0"
FORMAT = '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" "%{Cookie}i"'


def a_line(number, target="/books", cookies="-", size=512):
    stamp = f"22/Apr/2008:13:{number // 60 % 60:02}:00 +0000"
    return (
        f'198.51.100.{number % 200} - - [{stamp}] "GET {target} HTTP/1.1" 200 {size} "-" '
        f'"{AGENT}" "{cookies}"\n'
    )


def of(lines):
    return look_at(log_parser(FORMAT).parse("".join(lines).encode()).rows)


def of_targets(*targets, count=400):
    """A line each in turn; `{n}` is its number, `{word}` one of a few."""

    def asked(n):
        return targets[n % len(targets)].format(n=n, word="abcdefgh"[n % 8])

    return of(a_line(n, asked(n)) for n in range(count))


def proposal(found, name):
    (one,) = (one for one in found.proposals if one.field.name == name)
    return one


def test_a_closed_parameter_may_be_kept():
    found = of_targets("/books?sort=price", "/books?sort=title")
    assert found.site == {"keep_parameters": ["sort"]}


@pytest.mark.parametrize(
    "target",
    [
        "/books?id={n}",  # many
        "/books?email=ann@example.org",
        "/books?name=price&pwd=x",
        "/books?gclid=abc",
        "/books?who=ann{n}@example.org",
        "/books?owner=Carla+Garcia",
        "/books?team=Holmberg",
        "/books?author=x&token=y",
    ],
)
def test_a_parameter_that_may_be_somebodys_is_not_kept(target):
    kept = of_targets(target).site.get("keep_parameters", [])
    assert set(kept) <= {"name", "author"}


def test_names_of_campaigns_need_no_setting():
    found = of_targets("/books?utm_campaign=spring")
    assert (found.site, proposal(found, "?utm_campaign").maps_to) == ({}, "campaign")


def test_search_terms_and_sessions_are_known_by_their_names():
    found = of_targets(
        "/search?q={word}+books",
        "/books;jsessionid=5F3A9C1E7B204D6{n}",
        "/?PHPSESSID=8a7b6c5d4e3f{n}",
    )
    assert found.site == {"search_parameters": ["q"], "url_sessions": ["phpsessid", "jsessionid"]}


def test_a_parameter_whose_name_is_personal_is_no_setting():
    found = of_targets("/?joe@example.org_sid=8a7b6c5d4e3f{n}")
    assert found.site == {}
    assert proposal(found, "?{email}").treatment == "drop"


def test_what_is_so_by_default_is_not_proposed():
    assert checked({"url_sessions": ["jsessionid"]}) == {}
    assert checked({"url_sessions": ["sid", "sid"]}) == {"url_sessions": ["sid"]}


def test_cookies_of_visitors_and_users_are_told_by_name_and_steadiness():
    found = of(
        a_line(n, cookies=f"theme=dark; SESSID=5F3A{n % 200:04}9C1E; SHOP_ID=v{n % 200:03}k9x2; "
                          f"fresh=q{n:05}z1; SHOP_USER=u{n % 90}; NO_SHARING=1")
        for n in range(400)
    )  # fmt: skip
    assert found.site["cookies"] == {
        "opt_out": "NO_SHARING", "registered": "SHOP_USER", "visitor": "SHOP_ID",
    }  # fmt: skip
    dropped = {one.field.name for one in found.proposals if one.treatment == "drop"}
    assert {"cookie theme", "cookie fresh"} <= dropped


def test_a_cookie_that_changes_with_each_hit_is_no_visitors():
    found = of(a_line(n, cookies=f"fresh=q{n:05}z1") for n in range(400))
    assert "cookies" not in found.site


def test_an_image_that_many_ask_for_with_a_query_is_where_tags_arrive():
    found = of_targets("/t.gif?a=page&p=%2Fbooks", "/books", "/logo.gif")
    assert found.site == {"tag_path": "/t.gif"}
    assert not any(one.field.name.startswith("?") for one in found.proposals)


def test_a_path_of_few_or_with_a_person_in_it_is_not_told():
    found = of(a_line(n % 9, "/t.gif?a=page") for n in range(400))
    assert "tag_path" not in found.site
    found = of_targets("/profile/jane-doe/t.gif?a=page")
    assert "tag_path" not in found.site


def test_rare_names_are_counted_only():
    found = of([*(a_line(n, "/books?sort=a") for n in range(400)), a_line(1, "/?zorvith=1")])
    assert found.notes == ["1 rarer names like ?… are not shown"]
    assert "zorvith" not in repr(found.proposals)


def test_columns_of_a_log_have_the_policys_classes():
    found = of(a_line(n) for n in range(9))
    told = {one.field.name: (one.data_class.value, one.treatment) for one in found.proposals}
    assert told["address"] == ("pii", "pseudonymize")
    assert told["user_agent"] == ("pii", "generalize")
    assert told["target"] == ("nii", "generalize")
    assert told["status"] == ("nii", "keep")
