"""The checks of matches by the names that patterns.yaml and worded.yaml give them."""

from collections.abc import Callable

from weir.transforms.detect import checks
from weir.transforms.detect.papers import czech_account, paper
from weir.transforms.detect.told import (
    machine,
    owned,
    plate,
    spot,
    told_code,
    told_phone,
    told_user,
)

CHECKS: dict[str, Callable[[str, int, int], bool]] = checks.CHECKS | {
    "paper": paper, "czech_account": czech_account, "told_phone": told_phone, "plate": plate,
    "told_code": told_code, "told_user": told_user, "spot": spot,
    "owned": owned, "machine": machine,
}  # fmt: skip
