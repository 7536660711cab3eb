"""Log lines as tests need them: one with defaults, and many nasty ones."""

# ruff: noqa: E501 (tables of cases, one a line)
from random import Random

from weir.transforms.parse import Parsed

AGENT = "Mozilla/5.0 (X11; Linux x86_64)"


def a_line(
    address: str = "203.0.113.7",
    user: str = "-",
    time: str = "22/Apr/2008:13:55:36 -0400",
    request: str = "GET /a?b=1 HTTP/1.1",
    status: str = "200",
    size: str = "2326",
    referrer: str = "https://www.example.org/",
    agent: str = AGENT,
) -> bytes:
    """A combined line with its LF."""
    text = f'{address} - {user} [{time}] "{request}" {status} {size} "{referrer}" "{agent}"\n'
    return text.encode()


def reasons(parsed: Parsed) -> dict[str, int]:
    """Rejected lines by reason."""
    found = parsed.rejects["reason"].to_pylist()
    return {reason: found.count(reason) for reason in sorted(set(found))}


def nasty(rng: Random) -> bytes:
    """A line, damaged once or twice in a way that logs are."""
    line = bytearray(a_line(**_odd_fields(rng)))
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        at = rng.randrange(len(line))
        match rng.randrange(4):
            case 0:
                line[at : at + 1] = rng.choice(BYTES)
            case 1:
                line[at:at] = rng.choice(BYTES)
            case 2:
                del line[at : at + rng.choice((1, 1, 2, 30))]
            case 3:
                line[at:at] = line[rng.randrange(len(line)) :][: rng.choice((1, 3, 20))]
    if rng.random() < 0.1:
        line[-1:] = b"\r\n" if line.endswith(b"\n") else b""
    return bytes(line)


BYTES = (
    b" ", b"  ", b'"', b"\\", b'\\"', b"\r", b"\n", b"\0", b"\xff", b"\xc3\xa9", b"\t", b"-", b"[",
    b"]", b"0", b"9", b"/", b":", b"+", b"\\x41", b"\\xe9", b"\xef\xbb\xbf", b"\x0b", b"\xe2\x80\xa8",
    b"\xd9\xa3", b"|", b",", b'""', b"#", b"-1", b"[::1]", b"GET ", b"://", b"<", b": ", b"%20",
)  # fmt: skip


def _odd_fields(rng: Random) -> dict[str, str]:
    """Mostly usual values, with what is rare but right, and what is nearly right, among them."""
    return {name: rng.choice(values) for name, values in ODD.items() if rng.random() < 0.25}


ODD = {
    "address": ("2001:db8::1", "www.example.net", "-", "", "203.0.113.7 "),
    "user": ("ann", "ann lee", '""', "-", "", "a:b"),
    "time": (
        "29/Feb/2008:00:00:00 +0000", "29/Feb/2007:00:00:00 +0000", "31/Apr/2008:10:00:00 +0000",
        "22/Apr/2008:24:00:00 +0000", "22/Apr/2008:23:60:00 +0000", "22/Apr/2008:23:59:60 +0000",
        "22/apr/2008:13:55:36 -0400", "22/Apr/2008:13:55:36 -1500", "22/Apr/2008:13:55:36 -0460",
        "22/Apr/2008:13:55:36 Z", "22/Apr/2008:13:55:36 +05:30", "22/Apr/2008:13:55:36", "-",
        "01/Jan/1970:00:00:00 +0000", "31/Dec/1989:23:59:59 +0000", "01/Jan/1990:00:00:00 +0100",
        "31/Dec/2099:23:59:59 -0100", "01/Jan/2100:00:00:00 +0000", "01/Jan/0000:00:00:00 +0000",
        "0x/Apr/2008:13:55:36 +0000", "00/Apr/2008:13:55:36 +0000", "2/Apr/2008:13:55:36 +0000",
        "22/Apr/2008:13:55:36 +1400", "29/Feb/2000:12:00:00 +0000", "29/Feb/1900:12:00:00 +0000",
    ),
    "request": (
        "-", "", "GET / HTTP/1.0", "POST /a HTTP/2.0", "HEAD /a HTTP/1.1", "GET /a", "GET", "get /a HTTP/1.1",
        "GET /a b c HTTP/1.1", "GET  HTTP/1.1", "GET HTTP/1.1", " GET /a HTTP/1.1", "GET /a HTTP/1.1 ",
        "OPTIONS * HTTP/1.1", "CONNECT example.org:443 HTTP/1.1", "\\x16\\x03\\x01", "GET /a HTTP/1.x",
        "M-SEARCH * HTTP/1.1", "POST /a HTTP/1.1 HTTP/1.1", "GET \\\"/a HTTP/1.1", "FOO bar", "G\u00e9T / HTTP/1.1",
        "PUT /x HTTP/9", "HEAD  HTTP/1.1", "GET /caf\u00e9 HTTP/1.1", "POST  HTTP/1.1",
    ),
    "status": ("404", "-", "20", "2000", "2x0", "-20", "+20", "\u0662\u0660\u0660"),
    "size": ("-", "0", "999999999999999999", "9999999999999999999", "-1", "+1", "1.5", "1e3", "0x1", "", "\u0663"),
    "referrer": ("-", "", 'a\\"b', "a b", "\\", "https://example.org/?q=\\xe9"),
    "agent": ("-", "", "x", 'Mozilla \\"5.0\\"', "a\\tb", "\u2028"),
}  # fmt: skip
