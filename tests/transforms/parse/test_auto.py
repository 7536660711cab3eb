"""A format is recognised by its first lines, whatever the registry holds; all else is refused."""

import bz2
import gzip
import lzma
import time
from pathlib import Path

import pytest
import zstandard
from tests.transforms.parse.log_lines import a_line

from weir.schemas.errors import InputError
from weir.schemas.formats import LogFormat, formats
from weir.transforms.parse import auto, log_parser
from weir.transforms.parse.auto import choose, recognise
from weir.transforms.parse.foreign import looks_like

AGENT = '"Mozilla/5.0 (X11)"'
CLF = '203.0.113.7 - - [22/Apr/2008:13:55:36 -0400] "GET /a HTTP/1.1" 200 2326'


def lines(line: str, count: int = 200) -> bytes:
    return f"{line}\n".encode() * count


def refused(text: str | bytes) -> str:
    start = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(InputError) as told:
        choose(start, "a.log")
    return str(told.value)


@pytest.mark.parametrize("name", formats())
def test_each_shipped_format_is_recognised_by_its_sample(name: str) -> None:
    """Or another one that reads as much of it and fills as many columns."""
    start = formats()[name].sample.encode()
    chosen = choose(start, name)
    here, there = (log_parser(n).parse(start) for n in (name, chosen.format))
    assert there.rows.num_rows >= here.rows.num_rows > 0

    def filled(rows) -> int:  # type: ignore[no-untyped-def]
        return sum(rows[n].null_count < rows.num_rows for n in rows.column_names)

    assert chosen.format == name or filled(there.rows) >= filled(here.rows)


@pytest.mark.parametrize(
    ("line", "format_"),
    [
        (CLF, "common"),
        (f'{CLF} "-" {AGENT}', "combined"),
        (f'{CLF} "-" {AGENT} "A=1; B=2"', "combined_cookie"),
        (f'{CLF} "-" {AGENT} "A=1" "1"', "combined_cookie_gpc"),
        (f'www.example.com:80 {CLF} "-" {AGENT}', "vhost_combined"),
        (f'{CLF} "-" {AGENT} 0.356 sess=0397e513', "combined_more"),
        (f'{CLF} "-" {AGENT} 0.356 "sess"', "combined_more"),
        (
            f'{CLF} "-" {AGENT} 512 0.003 [shop] [] 192.0.2.8:80 2326 0.003 200 6dd2',
            "ingress_nginx",
        ),
        (f'{CLF} "-" {AGENT} 512 0.003 [shop] 192.0.2.8:80 2326 0.003 200 6dd2', "ingress_nginx"),
    ],
)
def test_the_format_that_reads_most_lines_wins(line: str, format_: str) -> None:
    chosen = choose(lines(line) + b"garbage\n" * 3, "a.log")
    assert chosen.format == format_
    assert chosen.why.startswith("200 of 200 lines")
    assert dict(chosen.candidates)[format_] == 200


def test_what_else_fits_is_told() -> None:
    chosen = choose(lines(f'{CLF} "-" {AGENT}', 9) + lines(CLF, 3), "a.log")
    assert chosen.format == "apache_mixed"
    assert chosen.why.startswith("12 of 12 lines; also fits: combined 9, ")
    assert dict(chosen.candidates)["common"] == 3


def test_a_format_for_mixed_lines_is_chosen_only_where_it_reads_more() -> None:
    combined, vhost = f'{CLF} "-" {AGENT}', f'www.example.com:80 {CLF} "-" {AGENT}'
    assert choose(lines(combined, 60) + b"garbage\n", "a.log").format == "combined"
    few_differ = lines(combined, 29) + lines(vhost, 1) + lines(combined, 70)
    assert choose(few_differ, "a.log").format == "apache_mixed"


def test_behind_a_virtual_host_the_address_is_still_the_address() -> None:
    """`combined` would have to take `- -` for a user's name."""
    line = f'shop.example.com {CLF} "-" {AGENT}'
    chosen = choose(lines(line, 3), "a.log")
    assert chosen.format == "vhost_combined" and "combined" not in dict(chosen.candidates)


def test_a_torn_first_line_and_bad_ones_do_not_mislead() -> None:
    start = b'/a HTTP/1.1" 200 2326\n' + lines(CLF, 30) + b"\x16\x03\x01 \xff\n" * 20
    assert choose(start, "a.log").format == "common"


def test_a_byte_order_mark_carriage_returns_and_empty_lines_do_not_matter() -> None:
    start = b"\xef\xbb\xbf\n" + lines(f"{CLF}\r", 5) + b"\r\n"
    assert choose(start, "a.log") == choose(lines(CLF, 5), "a.log")


def test_an_empty_file_is_read_by_any_format() -> None:
    assert choose(b"", "a.log").why == "no lines; any format reads that"
    assert choose(b"\n\n", "a.log").format in formats()


def test_addresses_that_look_like_addresses_break_a_tie(monkeypatch: pytest.MonkeyPatch) -> None:
    """`%v %h` and `%h %v` read the same lines."""
    _with(
        monkeypatch,
        a_first='%h %v %l %u %t "%r" %>s %b',
        b_behind='%v %h %l %u %t "%r" %>s %b',
    )
    assert choose(lines(f"www.example.com {CLF}"), "a.log").format == "b_behind"
    assert choose(lines(CLF.replace(" - ", " www.example.com - ", 1)), "a").format == "a_first"


def test_a_number_is_no_host_and_no_cookie(monkeypatch: pytest.MonkeyPatch) -> None:
    """A word at the end may be anything."""
    _with(
        monkeypatch,
        a_host='%h %l %u %t "%r" %>s %b %v',
        b_cookie='%h %l %u %t "%r" %>s %b %{Cookie}i',
        c_seconds='%h %l %u %t "%r" %>s %b %T',
    )
    assert choose(lines(f"{CLF} 17"), "a.log").format == "c_seconds"
    assert choose(lines(f"{CLF} www.example.com"), "a.log").format == "a_host"


def test_the_format_that_fills_more_columns_breaks_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _with(
        monkeypatch,
        a_less='%h %l %u %t "%r" %>s %b "%{X-A}e"',
        b_more='%h %l %u %t "%r" %>s %b "%{Referer}i"',
    )
    assert choose(lines(f'{CLF} "https://example.org/"'), "a.log").format == "b_more"


def _with(monkeypatch: pytest.MonkeyPatch, **more: str) -> None:
    made = {
        name: LogFormat(name=name, about="-", sample=CLF, log_format=text)
        for name, text in more.items()
    }
    monkeypatch.setattr(auto, "formats", lambda: formats() | made)
    known = auto._parser
    monkeypatch.setattr(
        auto, "_parser", lambda n: log_parser(made[n].log_format) if n in made else known(n)
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "[Tue Apr 22 13:55:36 2008] [error] [client 203.0.113.7] File does not exist: /a\n" * 9,
            "Apache's error log",
        ),
        (
            "[Tue Apr 22 13:55:36.123456 2008] [core:error] [pid 1:tid 2] (2)No such file: AH1\n",
            "Apache's error log",
        ),
        (
            '2008/04/22 13:55:36 [error] 12#0: *1 open() "/a" failed, client: 203.0.113.7\n' * 9,
            "nginx's error log",
        ),
        (
            "java.lang.IllegalStateException: no\n\tat org.example.A.b(A.java:12)\n"
            "\tat org.example.C.d(C.java:7)\nCaused by: java.io.IOException: x\n\t... 12 more\n",
            "stack traces of Java",
        ),
        (
            "2008-04-22 13:55:36,123 ERROR [main] org.example.A - no\n" * 3
            + "\tat org.example.A.b(A.java:12)\n" * 9,
            "stack traces of Java",
        ),
        ("2008-04-22 13:55:36,123 INFO  [main] org.example.A - begun\n" * 9, "application's own"),
        ("Apr 22 13:55:36 host7 sshd[812]: Accepted publickey for ann\n" * 9, "syslog"),
        ("<34>1 2008-04-22T13:55:36Z host7 su - ID47 - 'su root' failed\n" * 9, "syslog"),
        ("id,name,mail\n1,Ann,ann@example.org\n2,Bob,bob@example.org\n", "a table of 3 columns"),
        ("id;name;mail\n1;Ann;ann@example.org\n2;Bob;bob@example.org\n", "between semicolons"),
        ('{"anonymousId": "a1", "event": "Order"}\n' * 9, "kind events and a mapping"),
        ('{\n  "a": [\n    {"b": 1},\n    {"b": 2}\n  ]\n}\n', "one JSON document"),
        ('[{"a": 1}, {"a": 2}]\n', "one JSON document"),
        ("<?xml version='1.0'?>\n<a>\n<b/>\n</a>\n", "XML"),
        ("Dear Ann,\nthe books are at your door.\nBob\n", "text of another kind"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "a PNG image"),
        (b"SQLite format 3\0" + bytes(500), "an SQLite database"),
        (b"a.log" + bytes(252) + b"ustar\x0000" + bytes(300), "a tar archive"),
        (bytes(range(32)) * 30, "binary data"),
        ("a\n".encode("utf-16"), "UTF-16"),
    ],
)
def test_what_is_no_access_log_is_refused_with_a_word_for_it(text: str | bytes, words: str) -> None:
    told = refused(text)
    assert told.startswith("a.log: not recognised as an access log; it looks like ")
    assert words in told
    for value in ("ann", "Ann", "203.0", "host7", "example.org"):
        assert value not in told


def test_a_format_string_that_we_do_not_know_is_asked_for() -> None:
    assert "LogFormat" in looks_like(b"203.0.113.7 / 22 April / GET / 200 / 12\n" * 9)


def test_json_that_is_nested_too_deep_is_told_as_json():
    deep = b'{"a":' * 5000 + b"1" + b"}" * 5000
    assert "JSON document" in looks_like(deep)
    with pytest.raises(InputError, match="JSON document"):
        choose(deep, "x")


@pytest.mark.parametrize(
    "pack",
    [bytes, gzip.compress, bz2.compress, lzma.compress, zstandard.ZstdCompressor().compress],
    ids=["plain", "gzip", "bzip2", "xz", "zstd"],
)
def test_a_file_is_recognised_in_a_moment(tmp_path: Path, pack) -> None:  # type: ignore[no-untyped-def]
    """Measured 7 to 36 ms of a processor, unpacking included; several times that is a mistake."""
    data = b"".join(
        a_line().replace(b"GET /", b"GET /%d" % (n * 7919 % 100_003)) for n in range(20_000)
    )
    path = tmp_path / "access.log.1"
    path.write_bytes(pack(data))
    recognise(str(path))
    spent = []
    for _ in range(5):
        began = time.process_time()
        recognise(str(path))
        spent.append(time.process_time() - began)
    assert min(spent) < 0.2


def test_a_log_among_messages_of_other_loggers_is_recognised_and_these_alone_are_not() -> None:
    access = formats()["caddy"].sample.strip()
    tls = '{"level":"info","ts":1208872536.1,"logger":"tls.obtain","msg":"acquiring lock"}'
    chosen = choose(lines(tls, 15) + lines(access, 10), "access.log")
    assert (chosen.format, chosen.why) == ("caddy", "25 of 25 lines")
    assert "not recognised" in refused("\n".join([tls] * 15))


@pytest.mark.parametrize(
    ("software", "format_"),
    [
        ("#Software: Microsoft Internet Information Services 6.0\n", "iis"),
        ("#Software: Microsoft Internet Information Server 4.0\n", "iis"),
        ("#Software: Example Server 1.0\n", "w3c"),
        ("", "w3c"),
    ],
)
@pytest.mark.parametrize("fields", ["date time c-ip sc-status", "time c-ip"])
def test_iis_is_told_from_others_by_what_it_calls_itself(
    software: str, format_: str, fields: str
) -> None:
    cells = {"date": "2002-05-24", "c-ip": "203.0.113.7", "sc-status": "200",
             "time": "20:18:02"}  # fmt: skip
    row = " ".join(cells[name] for name in fields.split())
    head = f"{software}#Date: 2002-05-24 20:18:01\n#Fields: {fields} cs-method cs-uri-stem\n"
    assert choose(head.encode() + lines(f"{row} GET /a", 30), "ex.log").format == format_


def test_rows_of_which_none_has_a_time_are_not_recognised_though_their_header_is() -> None:
    head = "#Version: 1.0\n#Fields: time c-ip cs-method cs-uri-stem\n"
    assert "not recognised" in refused(head + "20:18:02 203.0.113.7 GET /a\n")
    assert choose(head.encode(), "ex.log").format == "w3c"


def test_a_file_that_looks_like_iis_and_names_no_software_is_any_servers() -> None:
    _, *rest = formats()["iis"].sample.split("\n")
    assert choose("\n".join(rest).encode(), "ex.log").format == "w3c"
    local = "\n".join(rest).replace("date time", "date-local time-local")
    assert choose(local.encode(), "ex.log").format == "iis"  # nobody else reads these
