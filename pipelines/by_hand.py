"""Disclosures that no release makes: to a court, an authority, a contractor. The ledger has them
with reason and reference, and nothing of whom they were about."""

import re
from pathlib import Path
from typing import get_args

from weir.pipelines.ledger import Entry, Ledger
from weir.pipelines.store import digest_of_file
from weir.schemas.config import Config
from weir.schemas.errors import InputError, UsageError, WallError
from weir.schemas.policy import Policy
from weir.schemas.recipient import RecipientKind

_BETWEEN_SINGLES = r"(?<=(?<![^\W_])[^\W_]){}(?=[^\W_](?![^\W_]))"
_APART = re.compile(_BETWEEN_SINGLES.format(r"(?:[^\w@]|_)"))  # j a n e
_APART_IN_WORDS = re.compile(_BETWEEN_SINGLES.format(r"(?:[^\w@\s]|_)"))  # j-a-n-e d-o-e
_SIGNS = re.compile(r"(?<=\d)[\W_]+(?=\d)")
_NUMBER = re.compile(r"\d[\d\W_]*\d")
_ODD = re.compile(r"_|([^\w\s])\1")


def record_by_hand(
    config: Config, to: str, kind: str | None, reason: str, reference: str, given: list[Path]
) -> Entry:
    """Record one. given: files whose checksums are recorded, in the order of their checksums.

    Raises UsageError for an unknown kind or an empty text, InputError for a file that is not
    there, WallError for a text that holds something personal.
    """
    policy = Policy.read(config.policy, config.base)
    _refuse_personal(policy, config, {"to": to, "reason": reason, "reference": reference})
    kinds = {recipient.name: recipient.kind for recipient in policy.recipients}
    known: tuple[str, ...] = get_args(RecipientKind)
    role = kind or kinds.get(to)
    if role not in known:
        raise UsageError(f"--kind: say what the one that --to names is: {', '.join(known)}")
    if to in kinds and kinds[to] != role:
        raise UsageError(f"--kind: policy {policy.name} has '{to}' as {kinds[to]}")
    return Ledger(Path(config.at(config.ledger))).record(
        "disclosure", reference, recipient=to, reason=reason,
        policy=f"{policy.name} {policy.version}", files=sorted(map(_digest, given)),
        **{"as": role},
    )  # fmt: skip


def _refuse_personal(policy: Policy, config: Config, texts: dict[str, str]) -> None:
    from weir.transforms.detect import Detector, scan

    settings = policy.detecting(config.detection)
    strict = settings.model_copy(update={"mode": "strict"})
    for option, text in texts.items():
        if not text.strip():
            raise UsageError(f"--{option}: says nothing")
        # A reason can be put in other words, an authority's name and file number cannot.
        detector = Detector(strict if option == "reason" else settings)
        found = [one for each in _readings(text) for one in scan("text", each, detector).findings]
        if found:
            kinds = ", ".join(sorted({str(finding["entity"]) for finding in found}))
            raise WallError(
                f"--{option}: holds something personal ({kinds}); whom it was about stands in "
                "the file that --reference names"
            )


def _readings(text: str) -> set[str]:
    """A text, and how it reads once letters and digits that stand apart are drawn together."""
    together = _APART.sub("", text)
    numbers = _SIGNS.sub(" ", together)
    dialled = _NUMBER.sub(lambda match: _dialled(match[0]), text)
    return {text, together, _APART_IN_WORDS.sub("", text), numbers, dialled}


def _dialled(number: str) -> str:
    """A number with signs in it that no date or reference has, as one to be called."""
    return "+" + re.sub(r"\D", "", number) if _ODD.search(number) else number


def _digest(path: Path) -> str:
    try:
        return digest_of_file(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
