"""From evidence to a proposal: unclear means personal, and what is mapped looks like it."""

import pyarrow as pa
import pytest

from weir.schemas.fields import fields
from weir.transforms.classify.decide import Field, by_itself, percent, propose
from weir.transforms.classify.evidence import of_column


def a_field(name, values, **more):
    return Field(
        name, more.pop("path", name), of_column(pa.array(values, pa.string()), "json"), **more
    )


def alone(name, values, **more):
    one = by_itself(a_field(name, values, **more))
    return one.data_class.value, one.treatment, one.maps_to


def events(**columns):
    found = [a_field(name, values) for name, values in columns.items()]
    return {one.field.name: one for one in propose(found, fields().events)}


NUMBERS = [str(1000 + 7 * n) for n in range(400)]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("price", [f"{n}.99" for n in range(400)]),  # many, and nothing tells what
        ("remark", [f"free text {n}" for n in range(400)]),
        ("team", ["Carla", "Garcia", "Dupont"] * 40),  # a closed set, of people
        ("team", ["Miller", "Kowalczyk"] * 40),  # surnames, each of which would pass by itself
        ("colour", ["red", "green"]),  # too few rows to tell
        ("nothing", [None, ""]),
        ("password", ["red", "green"] * 40),
        ("gclid", ["red", "green"] * 40),
        ("email", ["red", "green"] * 40),
        ("code", ["5f3a9c1e7b204d68", "5f3a9c1e7b204d69"] * 40),
        ("list", ["ann@example.org", *["red", "green", "blue"] * 40]),  # one of them is enough
    ],
)
def test_what_is_unclear_or_personal_is_dropped(name, values):
    assert alone(name, values) == ("pii", "drop", "")


def test_a_closed_set_without_a_finding_is_kept():
    assert alone("plan", ["free", "gold"] * 40) == ("nii", "keep", "")
    assert alone("city", ["London", "Paris", "Berlin"] * 40) == ("nii", "keep", "")


def test_what_is_kept_is_said_to_have_no_finding_and_not_to_be_harmless():
    assert by_itself(a_field("plan", ["free", "gold"] * 40)).why.startswith("2 values, no finding")
    people = by_itself(a_field("team", ["Miller", "Kowalczyk"] * 40))
    assert people.why == "2 values, some could be people's names"


def test_a_field_whose_name_is_not_told_is_dropped_whatever_is_in_it():
    assert alone("{email}", ["free", "gold"] * 40, hidden=True) == ("pii", "drop", "")


def test_a_date_of_birth_is_personal_and_only_its_age_band_crosses():
    one = events(dob=["1975-03-14", "1980-12-01", "1991-07-30"] * 9, age=["31", "44"] * 13 + ["29"])
    assert (one["dob"].maps_to, one["dob"].data_class.value, one["dob"].treatment) == (
        "birth_date", "pii", "generalize",
    )  # fmt: skip
    assert one["age"].data_class.value == "nii"


def test_usual_names_map_where_the_values_agree():
    found = events(
        ts=["2008-04-22T13:55:36Z"] * 9, ip=["198.51.100.7"] * 9, ua=["Mozilla/5.0 (X11)"] * 9,
        pageUrl=["https://www.example.com/a"] * 9, visitor_id=["k2j4"] * 9, gender=["f"] * 9,
    )  # fmt: skip
    assert {name: one.maps_to for name, one in found.items()} == {
        "ts": "time", "ip": "address", "ua": "user_agent", "pageUrl": "url",
        "visitor_id": "visitor", "gender": "gender",
    }  # fmt: skip
    treatments = {one.maps_to: (one.data_class.value, one.treatment) for one in found.values()}
    assert treatments["address"] == ("pii", "pseudonymize")
    assert treatments["visitor"] == ("pseudonym", "pseudonymize")
    assert treatments["gender"] == ("nii", "generalize")


def test_a_usual_name_over_other_values_does_not_map():
    found = events(
        time=["late", "early"] * 40, ip=NUMBERS, gender=["large", "small"] * 40, page=NUMBERS,
        campaign=["ann@example.org", "bob@example.org"] * 40,
    )  # fmt: skip
    assert {one.maps_to for one in found.values()} <= {"", "pii.email"}


def test_one_field_of_ours_is_one_field_of_theirs():
    found = events(
        url=["https://www.example.com/a"] * 9, other_url=["https://www.example.com/b"] * 9
    )
    assert (found["url"].maps_to, found["other_url"].maps_to) == ("url", "")


def test_addresses_are_known_without_a_name():
    found = events(c1=["198.51.100.7", "198.51.100.8"], c2=["Mozilla/5.0 (X11)"] * 2)
    assert (found["c1"].maps_to, found["c2"].maps_to) == ("address", "user_agent")


def test_identifiers_of_events_are_named_for_the_proof_and_text_about_people_is_not():
    mails = [f"ann{n}@example.org" for n in range(50)]
    found = events(contact=mails, note=[f"please call {mail} on Monday" for mail in mails])
    assert (found["contact"].maps_to, found["note"].maps_to) == ("pii.email", "")
    assert found["note"].treatment == "drop"


def test_a_share_says_neither_none_nor_all_of_some():
    assert [percent(share) for share in (0, 0.0001, 0.5, 0.9999, 1)] == [
        "0 %", "1 %", "50 %", "99 %", "100 %",
    ]  # fmt: skip


MOMENTS = [f"2008-04-22T13:{n:02}:00Z" for n in range(60)]
DOTTED = [f"22.04.2008 13:{n:02}:36" for n in range(60)]


@pytest.mark.parametrize("values", [MOMENTS, DOTTED])
def test_a_time_is_known_without_a_name_if_no_other_field_has_moments(values):
    one = events(vermerkt=values, plan=["free", "gold"] * 30)["vermerkt"]
    assert (one.maps_to, one.data_class.value) == ("time", "nii")
    assert one.why == "100 % times; the only such field, and no usual name"


@pytest.mark.parametrize(
    "columns",
    [
        {"vermerkt": MOMENTS, "ended": DOTTED},  # which of the two?
        {"vermerkt": [*MOMENTS[:50], *[None] * 10]},  # not of every row
        {"vermerkt": [*MOMENTS[:50], *["later"] * 2, *map(str, range(8))]},
        {"number": [str(1208872500 + 7 * n) for n in range(60)]},  # seconds, or a customer's number
        {"born": [f"1974-03-{n % 28 + 1:02}" for n in range(60)]},
    ],
)
def test_but_no_doubtful_one_is(columns):
    assert {one.maps_to for one in events(**columns).values()} == {""}


def test_a_time_of_a_usual_name_comes_before_one_without():
    found = events(vermerkt=MOMENTS, ts=DOTTED)
    assert {name: one.maps_to for name, one in found.items()} == {"vermerkt": "", "ts": "time"}
    assert found["ts"].why == "name; 100 % times"


@pytest.mark.parametrize(("mails", "ours"), [(1, "campaign"), (4, "")])
def test_a_campaign_may_hold_a_stray_finding_and_no_more(mails, ours):
    named = [f"summer {n} sale" for n in range(20 - mails)]
    one = events(campaign=[*named, *(f"ann{n}@example.org" for n in range(mails))])["campaign"]
    assert one.maps_to == ours
