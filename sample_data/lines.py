"""Hits as the lines that servers and script vendors write."""

import csv
import io
import json
from datetime import UTC, datetime

from sample_data.model import HOSTS, SECOND, Hit, moment
from sample_data.people import Population
from sample_data.traffic import iso

_CONTEXT_NAMES = {"utm_campaign": "name", "utm_medium": "medium", "utm_source": "source",
                  "utm_content": "content"}  # fmt: skip


def log_line(hit: Hit) -> str:
    """A line of the site's access log, without its end."""
    return (_apache if hit.browser.site == "www" else _nginx)(hit)


def _apache(hit: Hit) -> str:
    """%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" "%{Cookie}i" "%{Sec-GPC}i"."""
    when = moment("www", hit.at).strftime("%d/%b/%Y:%H:%M:%S %z")
    return (
        f"{hit.address} - {hit.remote_user} [{when}] {_request(hit)} {hit.status} "
        f'{hit.size or "-"} "{_apache_quoted(hit.referrer)}" "{_apache_quoted(_agent(hit))}" '
        f'"{_cookies(hit) or "-"}" "{_gpc(hit)}"'
    )


def _nginx(hit: Hit) -> str:
    """As combined, then three cookies and a header by name; the server's clock is UTC."""
    when = datetime.fromtimestamp(hit.at // SECOND, UTC).strftime("%d/%b/%Y:%H:%M:%S %z")
    opt_out = "1" if hit.browser.signal == "cookie" and not hit.bare else "-"
    cookie, user = (None, None) if hit.bare else (hit.cookie, hit.user)
    return (
        f"{hit.address} - {hit.remote_user} [{when}] {_request(hit)} {hit.status} {hit.size} "
        f'"{_nginx_quoted(hit.referrer)}" "{_nginx_quoted(_agent(hit))}" '
        f'"{cookie or "-"}" "{user or "-"}" "{opt_out}" "{_gpc(hit)}"'
    )


def _request(hit: Hit) -> str:
    return f'"{hit.method} {hit.target} HTTP/1.1"'


def _agent(hit: Hit) -> str:
    return hit.agent or hit.browser.agent


def _gpc(hit: Hit) -> str:
    return "1" if hit.browser.signal == "gpc" else "-"


def _cookies(hit: Hit) -> str:
    if hit.bare:
        return ""
    named = {
        "theme": "dark" if hit.cookie and hit.cookie[-1] < "6" else None,
        "ATG_VISITOR": hit.cookie,
        "DYN_USER_ID": hit.user,
        "NO_SHARING": "1" if hit.browser.signal == "cookie" else None,
    }
    pairs = [f"{name}={value}" for name, value in named.items() if value]
    return "; ".join(pairs + ([hit.extra_cookies] if hit.extra_cookies else []))


def _apache_quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"') or "-"


def _nginx_quoted(text: str) -> str:
    return text.replace("\\", "\\x5C").replace('"', "\\x22") or "-"


def event_line(hit: Hit) -> str:
    """A script event as JSON, the shape that customer-data platforms deliver."""
    said = dict(hit.event or {})
    page: dict[str, object] = {"url": f"http://{HOSTS[hit.browser.site]}{hit.target}"}
    if hit.referrer:
        page["referrer"] = hit.referrer
    context: dict[str, object] = {"ip": hit.address, "userAgent": _agent(hit), "page": page}
    campaign = {_CONTEXT_NAMES[name]: value for name, value in hit.query if name in _CONTEXT_NAMES}
    if campaign:
        context["campaign"] = campaign
    document: dict[str, object] = {"type": said.pop("type")}
    document |= {"event": said.pop("event")} if "event" in said else {}
    document |= {"anonymousId": hit.cookie, "timestamp": iso(hit.at), "context": context}
    document |= {"userId": hit.user} if hit.user else {}
    return json.dumps(document | said, separators=(",", ":"), ensure_ascii=False)


def profiles(population: Population) -> str:
    """The profiles file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(population.people[0].row), lineterminator="\n")
    writer.writeheader()
    writer.writerows(person.row for person in population.people)
    return out.getvalue()
