"""What a site declares in weir.yaml is found wherever a value may stand, and no gate hides it."""

import pickle

import pyarrow as pa
import pytest
from hypothesis import given as any_of
from hypothesis import settings
from hypothesis import strategies as st

from weir.schemas.config import Detection
from weir.transforms.detect import Detector, scan
from weir.transforms.detect.verdicts import Asked

OWN = {
    "entities": {
        "employee": {"data_class": "pii", "treatment": "drop"},
        "project": {"data_class": "nii", "treatment": "generalize"},
    },
    "deny": [
        {"entity": "project", "words": ["Project Falcon", "Åland", "Zoq"]},
        {"entity": "employee", "words": ["Erika Mustermann-Vogt"]},
    ],
    "patterns": [
        {"name": "badge", "entity": "employee", "regex": r"(?<!\d)E-?\d{4}(?!\d)"},
        {"name": "six", "entity": "id", "regex": r"^\d{6}$", "score": 0.3, "context": ["staff"]},
        {"name": "twice", "entity": "phone", "regex": r"\b([a-c]{2})-\1\b"},
    ],
    "keys": {"staffNo": "employee", "ref": "project"},
    "routes": {"desk": "employee", "zimmer von": "employee", "Büro": "employee"},
}


def a_detector(**changes):
    return Detector(Detection.model_validate({**OWN, **changes}))


DETECTOR = a_detector()


def clean(*values, key=None):
    return DETECTOR.values(pa.array(values), key).clean.to_pylist()


def clean_paths(*paths):
    return DETECTOR.paths(pa.array(paths)).clean.to_pylist()


def test_words_of_a_deny_list_are_found_however_they_are_joined():
    forms = ["Project Falcon", "project-falcon", "the_PROJECT.FALCON!", "projectfalcon"]
    forms += [
        "ourProjectFalcon",
        "project%20falcon",
        "aland",
        "Åland",
        "UHJvamVjdCBGYWxjb24=",
        "myZoq",
    ]
    assert clean(*forms) == ["{project}"] * len(forms)
    assert clean_paths("/a/erika-mustermann-vogt/b") == ["/a/{employee}/b"]


def test_a_part_of_a_word_or_of_a_phrase_is_no_find():
    values = ["falcon", "project", "projects falcons", "highland", "falcon project"]
    assert clean(*values) == values


def test_a_pattern_is_found_where_the_shipped_recognizers_do_not_look():
    assert clean("E1234", "e-1234", "E12345", "ab-ab", "ab-ac") == [
        "{employee}", "{employee}", "E12345", "{phone}", "ab-ac",
    ]  # fmt: skip
    assert clean_paths("/x/E1234/y") == ["/x/{employee}/y"]


def test_a_context_word_makes_a_weak_pattern_count():
    assert clean("123456", key="page") == ["123456"]
    assert clean("123456", key="staff_page") == ["{id}"]
    paths = ["/staff/123456", "/staff-list/123456", "/shop/123456"]
    assert clean_paths(*paths) == ["/staff/{id}", *paths[1:]]
    assert [scan("path_query", path, DETECTOR).clean for path in paths] == clean_paths(*paths)


def test_a_fields_name_decides_in_every_spelling():
    for key in ("staffNo", "staff_no", "STAFFNO", "form[staff-no]", "staffno_confirm"):
        assert clean("zz", key=key) == ["{employee}"], key
    assert clean("", "true", key="staffno") == ["", "true"]


def test_a_route_decides_on_the_next_segment_and_lets_pages_pass():
    given = ("/desk/a7", "/DESK/a7", "/%64esk/a7/b", "/desk/new", "/desk/", "/a/desk")
    assert clean_paths(*given) == [
        "/desk/{employee}", "/DESK/{employee}", "/desk/{employee}/b", "/desk/new", "/desk/",
        "/a/desk",
    ]  # fmt: skip
    assert clean("desk/a7", "x/desk/a7", "desk/new") == ["{employee}", "{employee}", "desk/new"]
    assert clean_paths("/desk//a7") == ["/desk//{employee}"]
    odd = ("/zimmer%20von/a7", "/zimmer von/a7", "/büro/a7", "/B%C3%BCro/a7")
    assert {path.rpartition("/")[2] for path in clean_paths(*odd)} == {"{employee}"}


@pytest.mark.parametrize(
    "path, seen",
    [
        ("/x?staff_id=e1234", "/x?staff_id={employee}"),  # Weir's own: an id
        ("/x?email=zoq", "/x?email={project}"),
        ("/x?uid=ab-ab", "/x?uid={phone}"),
        ("/users/e1234", "/users/{employee}"),
        ("/x?q=zoq+zoe@example.org", "/x?q={project}"),
    ],
)
def test_what_is_declared_wins_over_what_weir_says_of_a_field_or_path(path, seen):
    assert scan("path_query", path, DETECTOR).clean == seen


def test_what_is_found_beside_it_is_looked_for_nevertheless():
    found = DETECTOR.values(pa.array(["zoq zoe@example.org"]))
    assert found.clean.to_pylist() == ["{project}"]
    assert {"kind": "email", "value": "zoe@example.org"} in found.identifiers.to_pylist()


def test_only_what_is_of_persons_goes_to_the_proof_and_as_an_identifier():
    found = DETECTOR.values(pa.array(["project falcon", "E1234"]))
    assert found.findings["entity"].to_pylist() == ["project", "employee"]
    assert found.identifiers.to_pylist() == [{"kind": "id", "value": "E1234"}]
    assert DETECTOR.entity_of("staffno") == "id"
    assert DETECTOR.entity_of("ref") is None
    assert DETECTOR.entity_of("email") == "email"


def test_names_of_parameters_with_such_words_are_not_told():
    assert DETECTOR.names(["page", "project_falcon", "badge_E-1234", "projectFalcon"]) == ["page"]


def test_every_finding_says_which_rule_of_weir_yaml_decided():
    text = "/desk/a?staffno=1&x=E1234&y=project-falcon"
    found = {one["rule"]: one["why"] for one in scan("path_query", text, DETECTOR).findings}
    assert found == {
        "own_route": "weir.yaml says that /desk/ leads to employee",
        "own_pattern": "weir.yaml's pattern 'badge' (employee)",
        "own_deny_list": "a word of weir.yaml's deny list (project)",
    }


NEUTRAL = a_detector(keys={"brolm": "employee"}, deny=[], patterns=[], routes={})
"""Of a name that tells Weir nothing."""


@pytest.mark.parametrize(
    "value, part",
    [
        ("brolm eq 'k41'", "query"),
        ("brolm eq k41", "query"),
        ("brolm  !~k41", "query"),
        ("brolm() > 'k41'", "query"),
        ("'k41' eq brolm", "query"),
        ("startswith(brolm,'k41')", "query"),
        ("brolm|eq|k41", "query"),
        ("x=1&field=brolm&value=k41", "query"),
        ("x=1&orderBy=brolm&startAt=k41", "query"),
        ("brolm:k41", "search"),
        ("WHERE brolm = 'k41'", "text"),
        ("<brolm>k41</brolm>", "text"),
        ('{"brolm":{"value":"k41"}}', "json"),
        ('{"name":"brolm","value":"k41"}', "json"),
        ('{"brolm":["k41","k42"]}', "json"),
    ],
)
def test_a_name_of_the_sites_own_counts_wherever_one_of_weirs_would(value, part):
    (ungated,) = NEUTRAL.verdicts([Asked(value, part)])
    assert ungated.clean == "{employee}"
    assert NEUTRAL.values(pa.array([value]), None, part).clean.to_pylist() == ["{employee}"]
    (other,) = Detector().verdicts([Asked(value, part)])
    assert not other.found


def test_a_scan_knows_the_sites_own_names_too():
    assert scan("path_query", "/x?filter=brolm eq 'k41'", NEUTRAL).clean == "/x?filter={employee}"
    assert scan("path_query", "/x?field=brolm&value=k41", NEUTRAL).clean.endswith("{employee}")
    assert (
        scan("json", '{"brolm":{"value":"k41"}}', NEUTRAL).clean
        == '{"brolm":{"value":"{employee}"}}'
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"deny": [{"entity": "id", "words": ["other"]}]},
        {"patterns": []},
        {"keys": {}},
        {"routes": {"desk": "id"}},
    ],
)
def test_other_recognizers_are_another_version(changed):
    assert a_detector(**changed).version not in (DETECTOR.version, Detector().version)


def test_a_detector_with_its_own_recognizers_travels():
    travelled = pickle.loads(pickle.dumps(DETECTOR))
    assert travelled.version == DETECTOR.version
    assert travelled.values(pa.array(["E1234"])).clean.to_pylist() == ["{employee}"]


def test_a_pattern_that_takes_too_long_closes_its_value(monkeypatch):
    import regex

    slow = a_detector(timeout_ms=30)
    monkeypatch.setattr(
        slow._own, "patterns", [(slow.settings.patterns[0], regex.compile("(?:a|aa)+(?:a|aa)+c"))]
    )
    found = slow.values(pa.array(["a" * 300 + "E1234"]))
    assert found.clean.to_pylist() == ["{unreadable}"]
    assert slow.names(["a" * 300]) == []


PIECES = st.sampled_from(
    [
        *[
            "E1234",
            "E%31234",
            "e-12",
            "34",
            "project",
            "Falcon",
            "project-falcon",
            "ab-ab",
            "ab",
            "Zoq",
        ],
        *["RTEyMzQ=", "123456", "staff", "desk", "staffno", "x", "css", ".js", "é", "\\u0045"],
        *["/", "/", "=", "&", "-", "_", " ", "+", ".", '"', "{", "[", ",", ";", "?", "%2F", "%"],
    ]
)
TEXTS = st.lists(PIECES, max_size=9).map("".join)


def own_rules(verdict):
    return {one.rule for one in verdict.found if one.rule.startswith("own_")}


@settings(max_examples=80, deadline=None)
@any_of(text=TEXTS, key=st.sampled_from([None, "staff", "page"]))
def test_the_gate_hides_nothing_of_own_recognizers(text, key):
    (ungated,) = DETECTOR.verdicts([Asked(text, "query", key)])
    if own_rules(ungated):
        assert DETECTOR.values(pa.array([text]), key).clean.to_pylist() == [ungated.clean]


@settings(max_examples=80, deadline=None)
@any_of(before=st.sampled_from(["desk", "Staff", "a", "%64esk"]), text=TEXTS)
def test_the_gate_hides_nothing_of_own_recognizers_in_paths(before, text):
    segment = text.replace("/", "").partition(";")[0]
    said = before.replace("%64", "d")
    asked = Asked(segment, "path", None, said.lower())
    (ungated,) = DETECTOR.verdicts([asked])
    if own_rules(ungated):
        safe = ungated.clean.replace("/", "%2F")
        assert clean_paths(f"/{before}/{segment}") == [f"/{said}/{safe}"]
