"""What is written past a search is found as a reader would, and what only looks so crosses."""

import base64
from urllib.parse import quote

import pyarrow as pa
import pytest
from looked_at import DETECTOR, look_at

from weir.transforms.detect.people.persons import people
from weir.transforms.detect.text.decode import decode
from weir.transforms.proof import dictionary_of, prove

KEY = b"k" * 32
SEEN = {
    "name": "Ottilie Brandvold",
    "email": "tobias.wrenfield@example.org",
    "phone": "+44 7700 900783",
}


def _octal(text: str) -> str:
    return "".join(f"\\{ord(sign):03o}" for sign in text)


def _marked(text: str, mark: str, between: str = "") -> str:
    return between.join(f"{mark}{ord(sign):02x}" for sign in text)


WRITTEN = {
    "O T T I L I E  B R A N D V O L D": "name",
    "o.t.t.i.l.i.e b.r.a.n.d.v.o.l.d": "name",
    "o_t_t_i_l_i_e__b_r_a_n_d_v_o_l_d": "name",
    "t o b i a s . w r e n f i e l d @ e x a m p l e . o r g": "email",
    r"\157ttilie \102randvold": "name",
    _octal("Ottilie Brandvold"): "name",
    _octal("tobias.wrenfield@example.org"): "email",
    r"\4f ttilie \42 randvold": "name",
    r"\00004fttilie \000042randvold": "name",
    "Ottilie=20Brandvold": "name",
    _marked("Ottilie Brandvold", "=").upper(): "name",
    _marked("ottilie brandvold", "~"): "name",
    "$4Fttilie$20$42randvold": "name",
    "tobias.wrenfield~40example.org": "email",
    "Ottilie_x0020_Brandvold": "name",
    _marked("ottilie brandvold", "", " "): "name",
    _marked("ottilie brandvold", "0x", ":"): "name",
    "tobias-punto-wrenfield-arroba-example-punto-org": "email",
    "tobias_punkt_wrenfield_at_example_punkt_org": "email",
    "tobias-point-wrenfield-arobase-example-point-org": "email",
    "tobias-kropka-wrenfield-ma%C5%82pa-example-kropka-org": "email",
    "mail-tobias-punt-wrenfield-apenstaartje-example-punt-org": "email",
}


@pytest.mark.parametrize("part", ["search", "path"])
@pytest.mark.parametrize("text", WRITTEN)
def test_a_text_is_looked_at_as_it_reads(text: str, part: str) -> None:
    value = f"/x{quote(text)}" if part == "path" and text[0] == "~" else text
    clean, entities = look_at(part, "", value)
    assert "{" in clean
    assert WRITTEN[text] in entities


KNOWN = {
    "o-t-t-i-l-i-e-b-r-a-n-d-v-o-l-d": "name",
    "ottilie/brandvold": "name",
    "brandvold/ottilie/profile": "name",
    "http://ottiliebrandvold.com/": "name",
    "http://447700900783.net/": "phone",
    "44_7700_900783": "phone",
    "+44/7700/900783": "phone",
    "44...7700...900783": "phone",
    "44,7700,900783": "phone",
}
"""What detection alone cannot tell, and the proof can of persons who are known."""


@pytest.mark.parametrize("text, kind", [*WRITTEN.items(), *KNOWN.items()])
def test_the_proof_reads_it_so_too(text: str, kind: str) -> None:
    seen = pa.table({"kind": list(SEEN), "value": list(SEEN.values())})
    strings = pa.table({"column": ["path"], "value": [f"/x/{text}"]})
    matches = prove(strings, [dictionary_of(seen, KEY)], KEY)
    assert kind in matches["kind"].to_pylist()


@pytest.mark.parametrize("said", ["Jürgen Müller", "Käthe Größmann, Zürich"])
def test_base64_of_latin_1_is_looked_into(said: str) -> None:
    encoded = base64.b64encode(said.encode("latin-1")).decode()
    assert said in decode(encoded).views
    assert "name" in look_at("query", "q", encoded)[1]


PHONES = [
    "617_253_1000", "617...253...1000", "(617)_253_1000", "(617)-253-1000", "617•253•1000",
    "44_7912_345678", "44~7912~345678", "44|7912|345678", "07912_345_678", "+44_7700_900783",
    "tel_447912345678", "call_617_253_1000", "4 4 7 9 1 2 3 4 5 6 7 8", "4_4_7_9_1_2_3_4_5_6_7_8",
]  # fmt: skip


@pytest.mark.parametrize("number", PHONES)
def test_a_number_is_one_whatever_holds_its_groups_together(number: str) -> None:
    for part in ("search", "path"):
        clean, entities = look_at(part, "", number)
        assert "{phone}" in clean and "phone" in entities


@pytest.mark.parametrize("host", ["447700900783.net", "07912345678.co.uk", "6172531000.com"])
def test_a_host_that_is_a_telephone_number_does_not_cross(host: str) -> None:
    referrers = DETECTOR.referrers(pa.array([f"http://www.{host}/", "http://4399.com/"]))
    assert referrers.domain.clean.to_pylist() == [None, "4399.com"]


FOREIGN = [
    "オッティリエ・ブランドヴォルド",
    "奥蒂莉·布兰沃尔德", "歐蒂莉・布蘭沃爾德", "アンナ・コヴァルスカ",
]  # fmt: skip


def test_a_foreign_name_written_by_its_sound_is_one() -> None:
    assert all(people(text, strict=True) for text in FOREIGN)
    crosses = DETECTOR.values(pa.array(FOREIGN), None, "search").clean.to_pylist()
    assert crosses == [FOREIGN[0], "{name}", "{name}", "{name}"]  # the first begins with no name


BESIDE = {
    "/books/ottilie/brandvold": "/books/ottilie/{name}",
    "/Jennifer/Kowalczyk/profile": "/Jennifer/{name}/profile",
    "/b/jenn%69fer/hernandez.html": "/b/jennifer/{name}",
}


@pytest.mark.parametrize("path", BESIDE)
def test_a_family_name_behind_a_given_one_does_not_cross(path: str) -> None:
    assert look_at("path", "", path) == (BESIDE[path], ["name"])
    assert look_at("query", "u", f"https://shop.example.com{path}")[0] == "{name}"


@pytest.mark.parametrize("path", [
    "/berlin/charlotte", "/sofas/ella/harper", "/emma/olivia", "/mercedes/benz", "/levi/strauss",
    "/stella/mccartney", "/girls/emma/watson", "/madison/jefferson", "/ikea/billy", "/nike/jordan",
    "/geneva/hotels", "/kowalczyk/", "/jennifer//", "/a/b/c/d/e/f", "/f/10/20/30/40/50",
    "/img_20080422_123456.jpg", "/img_617_253_1000.jpg", "/img_6172531000.jpg", "/001_002_003",
    "/1024_768_12345678", "/2008_2009_2010", "/a-b-c-d-e-f-g-h", "/1-2-3-4-5-6-7-8-9", "/s-m-l-x-x",
    "/look-at-that-point-in-time", "/homme-et-femme-point-de-vue", "/m.a.s.h.e.d",
    "/scala-a-chiocciola-punto-di-vista", "/where-to-eat-at-the-point-cafe",
])  # fmt: skip
def test_a_harmless_path_crosses(path: str) -> None:
    assert look_at("path", "", path) == (path, [])


@pytest.mark.parametrize("text", [
    "size=20cm&color=32ab", "width=40mm", "price~20 size~30", "$20 $30 $40 deal", "\\40\\40",
    "5 4 5 3 2 4 4 1 5 5", "20:30:40:50:60", "バッグ・シューズ", "ハリー・ポッター", "哈利·波特",
    "三国志·魏书", "100000...2000000", "C:\\data\\files\\10", "0 1 2 3 4 5 6 7 8 9",
])  # fmt: skip
def test_a_harmless_text_crosses(text: str) -> None:
    assert look_at("search", "", text) == (text, [])
