"""What words, fields, routes and sites of many languages tell; each kind beside its harmless twin."""  # noqa: E501

import base64
from pathlib import Path

import pyarrow as pa
import pytest
import yaml
from by_rows import each_row
from looked_at import DETECTOR, look_at

from weir.transforms.detect import scan
from weir.transforms.detect.checks.papers import digits_hold, paper
from weir.transforms.detect.verdicts import Asked

STRINGS = yaml.safe_load((Path(__file__).parent / "abroad.yaml").read_text(encoding="utf-8"))


@each_row(STRINGS["personal"])
def test_a_personal_string_does_not_cross(part, key, value, entity):
    clean, entities = look_at(part, key, value)
    assert entity in entities
    assert "{" in clean


@each_row(STRINGS["harmless"])
def test_a_harmless_string_crosses(part, key, value):
    clean, entities = look_at(part, key, value)
    assert entities == []
    assert "{" not in clean or value.startswith("{")


@each_row(STRINGS["personal"])
def test_the_gate_hides_nothing_of_it(part, key, value, entity):
    if part == "path":
        return
    (verdict,) = DETECTOR.verdicts([Asked(value, part, key or None)])
    assert look_at(part, key, value)[0] == verdict.clean


@pytest.mark.parametrize(
    "text, clean",
    [
        ("Via Garibaldi 12, scala B int. 7, Roma", "{address}"),
        ("Lidická 700/19, 602 00 Brno", "{address}"),
        ("Keizersgracht 123-II, 1015 CJ Amsterdam", "{address}"),
        ("Vesterbrogade 34, 2. th, 1620 København V", "{address}"),
        ("Kungsgatan 8 lgh 1102, 111 43 Stockholm är stängd", "{address} är stängd"),
        ("write to jan dot kowalczyk at gmail dot com", "write to {email}"),
        ("maria punto rossi chiocciola libero punto it", "{email}"),
    ],
)
def test_what_belongs_to_it_goes_with_it(text: str, clean: str) -> None:
    assert scan("text", text, DETECTOR).clean == clean


@pytest.mark.parametrize(
    "url, path",
    [
        ("https://www.twitch.tv/moonpetal", "/{id}"),
        ("https://x.com/anna_meier/status/12", "/{id}/status/12"),
        ("https://www.pinterest.de/klararosen/ideen/", "/{id}/ideen/"),
        ("https://wa.me/5511987654321", "/{phone}"),
        ("https://t.me/+4915123456789", "/{phone}"),
        ("https://t.me/petra_kovar", "/{id}"),
        ("https://www.facebook.com/mramirez", "/{id}"),
        ("https://m.facebook.com/groups/gardening", "/groups/gardening"),
        ("https://www.instagram.com/explore/", "/explore/"),
        ("https://soundcloud.com/charts", "/charts"),
        ("https://news.example.org/moonpetal", "/moonpetal"),
    ],
)
def test_the_first_segment_on_a_site_of_people_is_somebody(url: str, path: str) -> None:
    assert DETECTOR.referrers(pa.array([url])).path.clean.to_pylist() == [path]
    assert scan("referer", url, DETECTOR).clean.endswith(path)


@pytest.mark.parametrize(
    "text, clean",
    [
        ("/age-gate?day=3&month=11&year=1990", "/age-gate?day={birth}&month={birth}&year={birth}"),
        ("/archive?month=11&year=1990", "/archive?month=11&year=1990"),
        ("/k?vorwahl=030&nummer=1234567", "/k?vorwahl={phone}&nummer={phone}"),
        ("/k?area=games&number=1234567", "/k?area=games&number=1234567"),
        ("/e?logradouro=Rua+das+Acacias&num=45", "/e?logradouro={address}&num={address}"),
        ("/e?page=x&num=45", "/e?page=x&num=45"),
        ("/r?senha=Verao2024&de=Verao2024", "/r?senha={secret}&de={secret}"),
        ("/r?haslo=Wiosna24&powtorz=Wiosna25", "/r?haslo={secret}&powtorz={secret}"),
        ("/r?password=abc123&confirm=delete", "/r?password={secret}&confirm=delete"),
        ("/k?jmeno=Radek&prijmeni=Novak", "/k?jmeno={name}&prijmeni={name}"),
        ("/k?name=radek&page=2", "/k?name=radek&page=2"),
        ("/v?zip=60614-3307&number=1825", "/v?zip={address}&number={address}"),
        (
            "/r?jour=14&mois=09&annee_naissance=1991",
            "/r?jour={birth}&mois={birth}&annee_naissance={birth}",
        ),
        ("/x?post_id=12345&property_id=12", "/x?post_id=12345&property_id=12"),
        ("/plots?area=450&number=12345", "/plots?area=450&number=12345"),
        ("/birthday-cards?month=3&year=2024", "/birthday-cards?month=3&year=2024"),
        ("/x?local=news&domain=bbc.co.uk", "/x?local=news&domain=bbc.co.uk"),
        ("/x?name=desc&lastname=asc", "/x?name=desc&lastname=asc"),
        ("/q?fn=Olu&ln=Farnsworth", "/q?fn={name}&ln={name}"),
        ("/a?adres.pc6=6532AK&adres.hn=79", "/a?adres.pc6={address}&adres.hn={address}"),
        ("/a?adres.pc6=6532AK&item.hn=79", "/a?adres.pc6=6532AK&item.hn=79"),
        ("/a?via=Via+Garessio&civico=129", "/a?via={address}&civico={address}"),
        ("/v?code=60614&number=1825", "/v?code=60614&number=1825"),
        ("/v?pc=here&hn=41", "/v?pc=here&hn=41"),
        ("/m?em_name=f.teles&em_host=terra.com.br", "/m?em_name={email}&em_host={email}"),
        ("/m?mode=local&host=www.shop.com", "/m?mode=local&host=www.shop.com"),
    ],
)
def test_fields_beside_each_other_say_it_together(text: str, clean: str) -> None:
    assert scan("path_query", text, DETECTOR).clean == clean


@pytest.mark.parametrize(
    "text, clean",
    [
        (
            '{"street_number":"41","route":"Larch Ct"}',
            '{"street_number":"{address}","route":"{address}"}',
        ),
        ('{"route":"Larch Ct","distance":"41"}', '{"route":"Larch Ct","distance":"41"}'),
        ('{"line1":"3 Smithy Brow","city":"Kendal"}', '{"line1":"{address}","city":"{address}"}'),
        (
            '{"line1":"Save 20% today","city":"Kendal"}',
            '{"line1":"Save 20% today","city":"Kendal"}',
        ),
        (
            '{"route":"/checkout","house_number":"12"}',
            '{"route":"/checkout","house_number":"{address}"}',
        ),
        ('{"line1":"3 for the price of 2"}', '{"line1":"3 for the price of 2"}'),
        ('{"given":"Kees","family":"Van Houten"}', '{"given":"{name}","family":"{name}"}'),
        ('{"family":"Open Sans"}', '{"family":"Open Sans"}'),
        ('{"actionField":{"id":"ORD7718293"}}', '{"actionField":{"id":"{id}"}}'),
        ('{"gate":"Storgata 17B","postnr":"0184"}', '{"gate":"{address}","postnr":"{address}"}'),
        ('{"gate":"Storgata 17B","bom":"0184"}', '{"gate":"Storgata 17B","bom":"0184"}'),
    ],
)
def test_properties_beside_each_other_say_it_together(text: str, clean: str) -> None:
    assert scan("json", text, DETECTOR).clean == clean


def test_json_in_base64_that_hides_more_is_closed() -> None:
    hidden = base64.b64encode(b'{"l":"https%3A%2F%2Fs.example%2F%3Ffn%3Dadelheid"}').decode()
    assert "{" in scan("path_query", f"/p?d={hidden}", DETECTOR).clean


@pytest.mark.parametrize(
    "number", ["52998224725", "10000000146", "86095742719", "13097248022", "11222333000181"]
)
def test_check_digits_are_those_of_the_countries(number: str) -> None:
    assert digits_hold(number)
    last = str((int(number[-1]) + 1) % 10)
    assert not digits_hold(number[:-1] + last)


@pytest.mark.parametrize("text", ["cpf 2023-11-04", "pan 30 cm", "736028/5162", "nie wieder 1939"])
def test_what_is_no_paper_stays(text: str) -> None:
    assert not paper(text, 0, len(text))
