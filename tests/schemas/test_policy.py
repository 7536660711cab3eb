"""Shipped policies say of every kind of data what is done with it."""

from pathlib import Path

import pytest

from weir.schemas.columns import DataClass
from weir.schemas.config import Detection
from weir.schemas.errors import ConfigError
from weir.schemas.policy import Disclosure, Policy
from weir.schemas.recipient import Recipient
from weir.schemas.tables import read_tables

CATEGORIES = {
    "address", "user_agent", "remote_user", "cookie", "url_session", "user", "referrer", "path",
    "parameters", "campaign", "demographics", "email", "name", "phone", "fax", "postal_address",
    "company", "user_name", "password", "card", "billing", "free_text", "recipient", "search_terms",
    "network", "site_search",
}  # fmt: skip
SHIPPED = ("strict", "atg-2008")


@pytest.fixture(params=SHIPPED)
def policy(request):
    return Policy.read(request.param, Path())


def test_each_category_is_named(policy):
    assert set(policy.categories) == CATEGORIES


def test_passwords_and_cards_are_dropped(policy):
    assert {policy.category(name).treatment for name in ("password", "card", "billing")} == {"drop"}


def test_no_pii_is_kept_as_it_is(policy):
    pii = [c for c in policy.categories.values() if c.data_class is DataClass.PII]
    assert pii
    assert "keep" not in {c.treatment for c in pii}


def test_a_category_that_nobody_named_is_pii_and_dropped(policy):
    unknown = policy.category("shoe_size")
    assert (unknown.data_class, unknown.treatment) == (DataClass.PII, "drop")


def test_recipients_get_tables_that_exist(policy):
    assert {t for r in policy.recipients for t in r.tables} <= set(read_tables())


def test_it_says_where_it_is_stricter_than_its_source(policy):
    assert policy.stricter


def test_2008_quotes_a_clause_for_every_category():
    assert all(c.clause for c in Policy.read("atg-2008", Path()).categories.values())


def test_strict_is_nowhere_laxer_than_2008():
    strict, old = (Policy.read(name, Path()) for name in SHIPPED)
    for table in read_tables():
        assert strict.rule(table).k >= old.rule(table).k
        assert strict.rule(table).networks >= old.rule(table).networks
    for name, category in strict.categories.items():
        assert not (
            category.data_class is DataClass.NII and old.category(name).data_class is DataClass.PII
        )


def test_under_strict_pages_need_a_declared_route():
    strict = Policy.read("strict", Path())
    by_path = [n for n, spec in read_tables().items() if "path" in spec.dimensions]
    outside = [name for name in by_path if not read_tables()[name].inside]
    assert outside == ["downloads", "entry_exit", "pages"]
    assert {strict.rule(table).open_values for table in outside} == {"declared"}


def test_calls_need_as_many_callers_as_conversions_need_people(policy):
    """And only they: every other row needs a crowd of visitors."""
    fewer = {n for n in read_tables() if policy.rule(n).k < policy.rule("campaigns").k}
    assert fewer == {"calls"}
    assert policy.rule("calls").k == policy.rule("campaigns").contributors == 10


def test_a_recipient_of_what_is_for_analysts_is_refused(tmp_path):
    (tmp_path / "p.yaml").write_text(
        "name: p\nversion: '1'\nabout: x\ncategories: {}\ndisclosure: {default: {k: 5}}\n"
        "recipients: [{name: ads, kind: advertiser, tables: [traffic, bots]}]\n"
    )
    with pytest.raises(ConfigError, match=r"recipients\[0\]\.tables: 'bots' is for analysts"):
        Policy.read("p.yaml", tmp_path)


def test_names_that_nobody_knows_are_told_at_once_each_with_its_place(tmp_path):
    (tmp_path / "p.yaml").write_text(
        "name: p\nversion: '1'\nabout: x\ncategories: {}\n"
        "disclosure: {default: {k: 5}, trafic: {k: 9}}\n"
        "recipients: [{name: none, kind: advertiser, tables: []}, "
        "{name: ads, kind: advertiser, tables: [pages, trafic], dimensions: [campain]}]\n"
    )
    with pytest.raises(ConfigError) as refused:
        Policy.read("p.yaml", tmp_path)
    told = str(refused.value).replace(f"{tmp_path / 'p.yaml'}: ", "").splitlines()
    assert told[0].startswith("recipients[0].tables: none; name one of attribution, ")
    assert told[1:] == [
        "recipients[1].tables: no such table 'trafic'; did you mean 'traffic'?",
        "recipients[1].dimensions: no such dimension 'campain'; did you mean 'campaign'?",
        "disclosure.trafic: no such table 'trafic'; did you mean 'traffic'?",
    ]


def test_a_site_that_the_configuration_does_not_have_is_no_recipients(policy):
    ads = Recipient(name="ads", kind="advertiser", tables=("traffic",), sites=("www", "shp"))
    served = policy.model_copy(update={"recipients": (ads.model_copy(update={"sites": ()}), ads)})
    served.refuse_other_sites(["www", "shp"])
    told = r"recipients\[1\]\.sites: no such site 'shp'; did you mean 'shop'\?$"
    with pytest.raises(ConfigError, match=told):
        served.refuse_other_sites(["www", "shop"])


@pytest.mark.parametrize(
    ("finest", "grain", "refused"),
    [
        ("week", "day", True),
        ("week", "week", False),
        ("month", "week", True),
        ("day", "day", False),
    ],
)
def test_nobody_gets_a_table_by_less_than_its_finest_grain(tmp_path, finest, grain, refused):
    (tmp_path / "p.yaml").write_text(
        "name: p\nversion: '1'\nabout: x\ncategories: {}\n"
        f"disclosure: {{default: {{k: 5}}, traffic: {{k: 5, grain: {finest}}}}}\n"
        "recipients: [{name: daily, kind: advertiser, tables: [pages]}, "
        f"{{name: ads, kind: advertiser, grain: {grain}, tables: [pages, traffic]}}]\n"
    )
    if refused:
        with pytest.raises(
            ConfigError, match=rf"recipients\[1\]\.grain: 'ads' gets traffic by {grain}"
        ):
            Policy.read("p.yaml", tmp_path)
    else:
        assert Policy.read("p.yaml", tmp_path).rule("traffic").grain == finest


def test_a_rule_of_days_is_written_as_before():
    assert "grain" not in Disclosure(k=5).model_dump_json()
    assert '"grain":"week"' in Disclosure(k=5, grain="week").model_dump_json()


def for_customers(tmp_path, tables, more=""):
    (tmp_path / "p.yaml").write_text(
        "name: p\nversion: '1'\nabout: x\ncategories: {}\ndisclosure: {default: {k: 5}}\n"
        "recipients: [{name: ads, kind: advertiser, customers: [acme], "
        f"tables: [{tables}]{more}}}]\n"
    )
    return Policy.read("p.yaml", tmp_path)


@pytest.mark.parametrize("table", ["reach_frequency", "email"])
def test_a_table_that_does_not_say_whose_its_rows_are_is_for_nobody_with_customers(tmp_path, table):
    with pytest.raises(ConfigError, match=rf"recipients\[0\]\.tables: '{table}' .* leave it out"):
        for_customers(tmp_path, f"traffic, {table}")


def test_tables_by_customer_and_those_of_the_whole_site_are(tmp_path):
    assert for_customers(tmp_path, "campaigns, calls, recommendations, customers, traffic, pages")


def test_without_the_dimension_that_says_whose_they_are_there_are_no_rows_for_customers(tmp_path):
    with pytest.raises(ConfigError, match=r"recipients\[0\]\.dimensions: without 'customer'"):
        for_customers(tmp_path, "campaigns", ", dimensions: [campaign]")


def test_a_misspelt_setting_is_told_with_its_place(tmp_path):
    (tmp_path / "p.yaml").write_text(
        "name: p\nversion: '1'\nabout: x\ncategories: {}\ndisclosure: {default: {kk: 5}}\n"
    )
    with pytest.raises(ConfigError, match=r"disclosure\.default\.kk"):
        Policy.read("p.yaml", tmp_path)


def test_a_policy_without_a_default_rule_is_refused(tmp_path):
    (tmp_path / "p.yaml").write_text(
        "name: p\nversion: '1'\nabout: x\ncategories: {}\ndisclosure: {pages: {k: 5}}\n"
    )
    with pytest.raises(ConfigError, match=r"disclosure\.default"):
        Policy.read("p.yaml", tmp_path)


def test_detection_is_balanced_unless_a_policy_or_the_configuration_closes_it(policy):
    assert policy.detecting(Detection()).mode == "balanced"
    assert policy.detecting(Detection(mode="strict")).mode == "strict"


def a_strict_detection(policy):
    return policy.model_copy(
        update={"detection": policy.detection.model_copy(update={"mode": "strict"})}
    )


def test_a_policy_sets_the_mode_where_the_configuration_is_silent(policy):
    settings = Detection(phone_regions=("DE",))
    found = a_strict_detection(policy).detecting(settings)
    assert (found.mode, found.phone_regions) == ("strict", ("DE",))


def test_a_configuration_that_is_laxer_than_its_policy_is_refused(policy):
    with pytest.raises(
        ConfigError, match=r"detection\.mode: 'balanced' is less than .* \('strict'\)"
    ):
        a_strict_detection(policy).detecting(Detection(mode="balanced"))


def a_policy(tmp_path, disclosure, budget="{epsilon: 1, delta: 1e-6}"):
    (tmp_path / "p.yaml").write_text(
        "name: p\nversion: '1'\nabout: x\ncategories: {}\n"
        f"disclosure: {{default: {{}}, {disclosure}}}\n" + (f"budget: {budget}\n" if budget else "")
    )
    return Policy.read("p.yaml", tmp_path)


def test_a_table_in_mode_dp_has_the_parameters_of_that_mode_and_no_others(tmp_path):
    policy = a_policy(tmp_path, "hours: {mode: dp, weight: 2, cells_per_unit: 4, per_cell: 20}")
    assert policy.noisy_tables == ("hours",)
    assert set(policy.rule("hours").model_dump()) == {
        "mode", "cells_per_unit", "per_cell", "bounds", "open_values", "weight", "error"
    }  # fmt: skip
    assert not {"weight", "error"} & set(policy.rule("traffic").model_dump())


@pytest.mark.parametrize(
    ("disclosure", "budget", "told"),
    [
        ("hours: {mode: dp}", "", "budget: missing; table hours is in mode dp"),
        ("hours: {mode: dp}", "{epsilon: 0}", r"budget\.epsilon"),
        ("hours: {mode: dp}", "{epsilon: 1, delta: 0.01}", r"budget\.delta"),
        ("pages: {mode: dp}", "{epsilon: 1}", r"budget\.delta: 0, but values of pages\.path"),
        ("hours: {mode: dp, k: 50}", "{epsilon: 1}", "k: means nothing in mode dp"),
        ("hours: {weight: 2}", "", "weight: means nothing in mode threshold"),
        ("hours: {mode: dp, weight: 0}", "{epsilon: 1}", r"disclosure\.hours\.weight"),
    ],
)
def test_a_budget_that_cannot_be_kept_is_refused(tmp_path, disclosure, budget, told):
    with pytest.raises(ConfigError, match=told):
        a_policy(tmp_path, disclosure, budget)


def test_closed_vocabularies_need_no_delta(tmp_path):
    assert a_policy(tmp_path, "hours: {mode: dp}", "{epsilon: 1}").budget.delta == 0
