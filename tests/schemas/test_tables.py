"""The tables as they are declared: one test walks them all."""

import pyarrow as pa
import pytest

from weir.schemas.columns import Zone, check_zone
from weir.schemas.errors import ConfigError, UsageError
from weir.schemas.tables import parse_table, read_tables, table

SHIPPED = ("attribution", "bots", "calls", "campaigns", "cities", "customers", "demographics",
           "downloads", "email", "entry_exit", "errors", "hours", "languages", "network", "pages",
           "quality", "reach_frequency", "recommendations", "referrers", "searches", "technology",
           "traffic")  # fmt: skip


def a_table(measures="n: {sql: count(*), unit: hits, about: x}", more=""):
    return f"name: t\nabout: x\nfrom: visits\ngrain: [site, date]\nmeasures:\n  {measures}\n{more}"


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


@pytest.mark.parametrize("name", SHIPPED)
def test_what_two_tables_count_alike_is_counted_alike(name):
    for measure in table(name).measures.values():
        if measure.same:
            there, other = measure.same.split(".")
            assert table(there).measures[other].distinct == measure.distinct
            assert table(there).measures[other].unit == measure.unit
            assert not table(there).measures[other].same, "one name for all that are the same"
            dimensions = table(name).dimensions
            for shared in dimensions.keys() & table(there).dimensions.keys():
                assert dimensions[shared].sql == table(there).dimensions[shared].sql


def test_measures_add_up_to_a_measure_that_there_is():
    with pytest.raises(ConfigError, match="no such measure 'all'"):
        parse_table("t", a_table(more="sums: {all: [n]}\n"))
