"""The tables as they are declared: one test walks them all."""

from itertools import combinations

import pyarrow as pa
import pytest

from weir.schemas.columns import Zone, check_zone
from weir.schemas.demographics import AGE_BANDS, GENDERS, PROFESSIONS
from weir.schemas.errors import ConfigError, UsageError
from weir.schemas.tables import parse_table, read_tables, table

SHIPPED = ("attribution", "bots", "calls", "campaigns", "cities", "customers", "demographics",
           "downloads", "email", "entry_exit", "errors", "hours", "languages", "network", "pages",
           "quality", "reach_frequency", "recommendations", "referrers", "searches", "technology",
           "traffic")  # fmt: skip


def a_table(measures="n: {sql: count(*), unit: hits, about: x}", more="", of="tells_of: site"):
    head = f"name: t\nabout: x\nfrom: visits\ngrain: [site, date]\n{of}\n"
    return f"{head}measures:\n  {measures}\n{more}"


def test_the_shipped_tables_are_found_by_their_names():
    assert tuple(read_tables()) == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_a_table_declares_nothing_but_nii_and_says_what_each_column_is(name):
    schema = table(name).schema
    check_zone(schema, Zone.SHARED)
    assert schema.names[:2] == ["site", "date"]
    assert all(field.metadata[b"about"] for field in schema)
    measures = [field for field in schema if pa.types.is_integer(field.type)]
    assert measures and all(field.metadata[b"unit"] for field in measures)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_column_means_one_thing_in_a_table(name):
    spec = table(name)
    assert not set(spec.dimensions) & set(spec.measures)


def test_a_measure_is_a_sum_or_a_distinct_count():
    for measure in ("n: {unit: x, about: x}", "n: {sql: x, distinct: user, unit: x, about: x}"):
        with pytest.raises(ConfigError, match="either sql or distinct"):
            parse_table("t", a_table(measure))


def test_a_distinct_count_cannot_be_for_the_finest_cells_only():
    with pytest.raises(ConfigError, match="finest is for sums"):
        parse_table("t", a_table("n: {distinct: visitor, finest: true, unit: x, about: x}"))


def test_a_crowd_is_of_visitors_and_nothing_else_is_distinct_beside_it():
    crowded = "dimensions: {city: {open: true, crowd: true, about: x}}"
    for measures in (
        "n: {sql: count(*), unit: hits, about: x}",
        "n: {distinct: user, unit: users, about: x}",
        "n: {distinct: visitor, where: bounce, unit: visitors, about: x}",
        "n: {distinct: visitor, unit: x, about: x}\n  m: {distinct: user, unit: x, about: x}",
    ):
        with pytest.raises(ConfigError, match="crowd"):
            parse_table("t", a_table(measures, crowded))
    assert parse_table("t", a_table("n: {distinct: visitor, unit: x, about: x}", crowded)).crowded


def test_what_a_table_is_only_with_is_an_action_or_a_column():
    with pytest.raises(ConfigError, match="did you mean 'call'"):
        parse_table("t", a_table(more="only_with: [cal]"))


def test_every_fault_of_a_declaration_is_told_with_its_place():
    with pytest.raises(ConfigError) as told:
        parse_table("t", a_table(more="fliter: x\nunit: person"))
    assert "fliter" in str(told.value) and "unit" in str(told.value)


def test_a_table_is_named_as_its_file():
    with pytest.raises(ConfigError, match="named as its file"):
        parse_table("other", a_table())


def test_an_unknown_table_brings_the_nearest_to_mind():
    with pytest.raises(UsageError, match="did you mean 'traffic'"):
        table("trafic")


def roots():
    """Of each number that tables count alike, the (table, measure) that are it."""
    found = {}
    for name, spec in read_tables().items():
        for of, measure in spec.measures.items():
            found.setdefault(measure.same or f"{name}.{of}", []).append((name, of))
    return {root: members for root, members in found.items() if len(members) > 1}


@pytest.mark.parametrize("root", roots())
def test_what_tables_count_alike_is_counted_alike(root):
    assert tuple(root.split(".")) in roots()[root], "one name for all that are the same"
    for (name, of), (there, other) in combinations(roots()[root], 2):
        ours, theirs = table(name), table(there)
        assert ours.measures[of].distinct == theirs.measures[other].distinct
        assert ours.measures[of].unit == theirs.measures[other].unit
        for shared in ours.dimensions.keys() & theirs.dimensions.keys():
            assert ours.dimensions[shared].sql == theirs.dimensions[shared].sql


LINKS = [(name, link) for name in SHIPPED for link in table(name).links]


@pytest.mark.parametrize(("name", "link"), LINKS)
def test_a_link_compares_what_can_be_compared(name, link):
    there, other = link.to.split(".")
    ours, theirs = table(name), table(there)
    assert ours.measures[link.of].distinct == theirs.measures[other].distinct
    assert link.at_most or ours.measures[link.of].unit == theirs.measures[other].unit
    for shared in link.over:
        assert (ours.dimensions[shared].sql or shared) == (theirs.dimensions[shared].sql or shared)
    for spec, places in ((ours, link.at), (theirs, link.there)):
        assert all(value in spec.dimensions[at].values for at, value in places.items())
        assert not set(places) & set(link.over)


def test_a_link_is_either_equal_or_a_part():
    for both in ("equals: a.b, at_most: a.b", "over: []"):
        with pytest.raises(ConfigError, match="either equals or at_most"):
            parse_table("t", a_table(more=f"links: [{{of: n, {both}}}]\n"))


def test_a_link_is_of_measures_and_dimensions_that_there_are():
    for fault, why in (
        ("{of: m, equals: a.b}", "no such measure 'm'"),
        ("{of: n, equals: a.b, over: [path]}", "no such dimension 'path'"),
        ("{of: n, equals: a.b, at: {path: x}}", "no such dimension 'path'"),
    ):
        with pytest.raises(ConfigError, match=why):
            parse_table("t", a_table(more=f"links: [{fault}]\n"))


def test_measures_add_up_to_a_measure_that_there_is():
    with pytest.raises(ConfigError, match="no such measure 'all'"):
        parse_table("t", a_table(more="sums: {all: [n]}\n"))


def test_the_lists_of_demographics_are_those_that_the_wall_knows():
    dimensions = read_tables()["demographics"].dimensions
    lists = {name: dimension.values for name, dimension in dimensions.items()}
    assert lists == {"age_band": AGE_BANDS, "gender": GENDERS, "profession": PROFESSIONS}


def test_a_table_says_whether_it_is_of_the_site_or_of_customers():
    with pytest.raises(ConfigError, match="tells_of"):
        parse_table("t", a_table(of=""))
    campaigns = "dimensions: {campaign: {open: true, about: x}}\n"
    with pytest.raises(ConfigError, match="rows are of a campaign; say customers"):
        parse_table("t", a_table(more=campaigns))
    assert parse_table("t", a_table(more=campaigns, of="tells_of: customers")).mixed


def test_what_is_counted_for_customers_says_whose_it_is_or_is_known_not_to():
    mixed = {name for name, spec in read_tables().items() if spec.mixed and not spec.inside}
    assert mixed == {"email", "reach_frequency"}
