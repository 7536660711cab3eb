"""The attestation of an ingest: signed word that a dataset was proved, and against what.

Disclose and share take no events without it (DESIGN, "The wall", rule 5). It names the manifest of
the events by its digest, so that it holds for these events and no others; and the policy, so that
a night under another policy has to be proved again.
"""

import json
from datetime import date
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError

from weir.schemas.errors import OtherKeyError, WallError
from weir.schemas.manifests import PolicyStamp, canonical_json
from weir.schemas.strict import Strict
from weir.transforms.keys import Keyring
from weir.transforms.signatures import verify

VERSION = 2
REMEDY = "run `weir ingest` for the date again"


class Attestation(Strict):
    """What was proved. Holds no run id and no time, so that the same night has the same bytes."""

    version: int = VERSION
    date: date  # of the night, by the site's clock
    datasets: dict[str, str]  # dataset -> sha256 of its manifest
    inputs: str  # what the datasets were made from, as an edition of them has it
    identifiers: int  # entries of the dictionary
    strings: int  # distinct, over all staged columns
    replaced: dict[str, int] = Field(default_factory=dict)  # matches, by kind
    detector: str  # version of the detection's rules
    policy: PolicyStamp
    software: str

    def data(self) -> bytes:
        """Canonical JSON: what is signed."""
        return canonical_json(self.model_dump(mode="json")).encode()

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read signed bytes. WallError if they are none of this version, in its form."""
        try:
            attestation = cls.model_validate(json.loads(data))
        except (ValidationError, ValueError):
            raise WallError(f"attestation: not readable; {REMEDY}") from None
        if attestation.version != VERSION or attestation.data() != data:
            raise WallError(f"attestation: of another version of weir; {REMEDY}")
        return attestation


def attest(attestation: Attestation, keyring: Keyring) -> tuple[bytes, bytes]:
    """The attestation's bytes and their Ed25519 signature, by the `signing` key."""
    data = attestation.data()
    return data, keyring.sign(data)


def vouched(data: bytes, signature: bytes, public: Path | bytes) -> Attestation:
    """The attestation that some bytes are. WallError if they are none, or nobody signed them;
    OtherKeyError if another key did."""
    try:
        verify(public, data, signature)
    except OtherKeyError as error:
        raise OtherKeyError(f"attestation: {error}") from None
    return Attestation.parse(data)


def demand(
    attestation: Path | bytes | None,
    signature: Path | bytes | None,
    public: Path | bytes,
    datasets: dict[str, str],
    *,
    date: str = "",
    policy: PolicyStamp | None = None,
) -> Attestation:
    """The attestation, if it is there, signed, and of exactly this input. Else WallError.

    datasets: what the caller is about to read, dataset -> sha256 of its manifest; each must have
    been proved. date (ISO), policy: if given, the ones of which it must be.
    """
    data, signed = _read(attestation), _read(signature)
    if not data or not signed:
        raise WallError(f"{_place(attestation)}: the events were not attested; {REMEDY}")
    found = vouched(data, signed, public)
    place = f"attestation of {found.date}"
    if date and found.date.isoformat() != date:
        raise WallError(f"{place}: of another date than {date}; {REMEDY}")
    other = sorted(n for n, sha256 in datasets.items() if found.datasets.get(n) != sha256)
    if other or not datasets:
        raise WallError(
            f"{place}: {', '.join(other) or 'nothing'} is not what was proved; {REMEDY}"
        )
    if policy is not None and found.policy != policy:
        raise WallError(f"{place}: proved under another policy or version of it; {REMEDY}")
    return found


def _read(source: Path | bytes | None) -> bytes | None:
    if isinstance(source, Path):
        return source.read_bytes() if source.exists() else None
    return source


def _place(source: Path | bytes | None) -> str:
    return str(source) if isinstance(source, Path) else "attestation"
