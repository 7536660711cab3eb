"""What people do outside the site's pages: advertisements, mail, the telephone.

Such a hit makes no visit and counts no visitor of the site; whoever it names is counted where it
belongs: reach in `campaigns`, recipients in `email`, callers in `calls`.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.codes import Codes, Ints

ELSEWHERE = ("impression", "email_sent", "email_open", "email_click")
"""Actions that always happen outside the site's pages."""
ON_THE_PHONE = ("connected", "missed", "failed")
"""Outcomes of a call that only the telephone knows: what a page knows is that one was requested."""
MACHINES = ("mail_proxy", "mail_scanner")
"""Robots that open mail and follow its links before, or instead of, the recipient."""

_TEXTS = ("site", "action", "campaign", "medium", "customer", "message", "product", "outcome")
_WHO = ("visitor", "user", "netblock", "recipient")


def happened_elsewhere(events: pa.Table, codes: dict[str, Codes]) -> Ints:
    """bool: hits outside the site's pages.

    A call is one if it was held on the telephone, that is if it has a duration or an outcome of
    ON_THE_PHONE: call tracking knows the caller's number and often no browser at all.
    """
    elsewhere = codes["action"].among(ELSEWHERE)
    call = codes["action"].among(("call",))
    if call.any():
        lasted = events["duration_s"].is_valid().to_numpy()
        elsewhere |= call & (lasted | codes["outcome"].among(ON_THE_PHONE))
    return elsewhere


def machine_mail(codes: dict[str, Codes]) -> Ints:
    """bool: mail that a machine opened or whose links it followed."""
    mail = codes["action"].among(("email_open", "email_click"))
    return mail & codes["bot"].among(MACHINES)


def signals(events: pa.Table, codes: dict[str, Codes], rows: Ints) -> pa.Table:
    """The relation of that name (transforms/visits.py)."""
    who = {name: codes[name].codes[rows] for name in _WHO}
    # Without cookie and address a pseudonym stands for all who said nothing: it is nobody's.
    nobody = codes["basis"].among(("network",))[rows] & (who["netblock"] < 0)
    who["visitor"] = np.where(nobody, np.int32(-1), who["visitor"])
    at = pa.array(rows)
    columns = {name: codes[name].at(rows).text() for name in _TEXTS}
    columns |= {name: pa.array(found, pa.int32(), mask=found < 0) for name, found in who.items()}
    columns |= {name: events[name].take(at) for name in ("duration_s",)}
    columns["seen_at"] = pc.cast(events["seen_at"].take(at), pa.int64())
    columns["machine"] = pa.array(codes["bot"].codes[rows] >= 0)
    return pa.table(columns)
