"""The checks of matches by the names that patterns.yaml and worded.yaml give them."""

from collections.abc import Callable

from weir.transforms.detect.checks import plausible
from weir.transforms.detect.checks.papers import czech_account, paper
from weir.transforms.detect.checks.parcels import parcel
from weir.transforms.detect.checks.schemes import token
from weir.transforms.detect.fields.told import (
    author,
    doer,
    home_user,
    introduced,
    line_user,
    locator,
    log_subject,
    log_user,
    lone_password,
    machine,
    owned,
    plate,
    spoken_mail,
    spot,
    told_account,
    told_code,
    told_name,
    told_number,
    told_password,
    told_phone,
    told_user,
)
from weir.transforms.detect.people.couples import couple

CHECKS: dict[str, Callable[[str, int, int], bool]] = plausible.CHECKS | {
    "author": author, "locator": locator, "doer": doer, "lone_password": lone_password,
    "paper": paper, "czech_account": czech_account, "told_phone": told_phone, "plate": plate,
    "told_code": told_code, "told_user": told_user, "spot": spot,
    "told_password": told_password, "told_account": told_account,
    "introduced": introduced, "spoken_mail": spoken_mail, "told_name": told_name,
    "told_number": told_number, "home_user": home_user,
    "log_user": log_user, "log_subject": log_subject, "line_user": line_user,
    "token": token, "parcel": parcel, "couple": couple, "owned": owned, "machine": machine,
}  # fmt: skip
