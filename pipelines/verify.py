"""Check a release with the public key alone: no configuration, no store, no other key.

The signature covers the manifest, the manifest every other file. So a byte that changed anywhere,
a file that is gone, and one that was put beside it are each named. A signature begins with the id
of the key that made it, so a key that was replaced is told from a changed file.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from weir.pipelines.dates import span
from weir.pipelines.store import digest_of_file
from weir.schemas.errors import ConfigError, InputError, OtherKeyError, WallError
from weir.schemas.release import Release
from weir.transforms import signatures
from weir.transforms.signatures import key_ids, refuse_other_key, signer_of

MANIFEST, SIGNATURE, PUBLIC_KEY = "manifest.json", "manifest.sig", "signing.pub.json"

State = Literal["intact", "changed", "missing", "extra", "unknown"]


@dataclass(frozen=True)
class Checked:
    """One file of a release and what became of it; unknown: signed by a key that was not given."""

    path: str
    state: State

    @property
    def good(self) -> bool:
        """As it was signed."""
        return self.state == "intact"


@dataclass(frozen=True)
class Verified:
    """What a release's check came to. `release` is None when its manifest cannot be trusted.

    own_key: checked with the key that lies in the release itself, so that it is whole, but anybody
    may have made it. key_id: which key the signature says it is by; known_ids: those of the public
    key that was given, which may hold several.
    """

    directory: str
    files: tuple[Checked, ...]
    release: Release | None
    own_key: bool = False
    key_id: int | None = None
    known_ids: tuple[int, ...] = ()

    @property
    def ok(self) -> bool:
        """Every file is as it was signed, and none is missing or extra."""
        return self.release is not None and all(file.good for file in self.files)

    def lines(self) -> list[str]:
        """The answer for a terminal."""
        told = [f"  {file.state:<10} {file.path}" for file in self.files]
        return [f"{self.directory}", *self._said, *told, self.verdict]

    @property
    def _said(self) -> list[str]:
        """What its signer said it is: an old release handed out as a new one says its dates."""
        if self.release is None:
            return []
        one = self.release
        return [
            f"  for {one.recipient} ({one.kind}), {span(one.dates)}, under policy "
            f"{one.policy.name} {one.policy.version}",
            *(
                f"  of {note.date}: edition {note.sha256[:12]}, which supersedes "
                f"{', '.join(before[:12] for before in note.supersedes)}: a release of that is out "
                "of date"
                for note in one.superseding
            ),
        ]

    @property
    def verdict(self) -> str:
        """One sentence."""
        if any(file.state == "unknown" for file in self.files):
            return self._another_key
        if self.release is None and not any(file.state == "missing" for file in self.files):
            return (
                f"NOT as it was signed: {MANIFEST} and {SIGNATURE} do not belong together under "
                + (f"the {PUBLIC_KEY} among them" if self.own_key else "that public key")
                + "; either one of them was changed, or somebody else signed"
            )
        if not self.ok:
            return f"NOT as it was signed: {self._named}"
        count = f"{len(self.files)} files are as they were signed"
        if self.own_key:
            return (
                f"{count}, by the key that lies among them ({self.key_id}); to know who signed, "
                f"get {PUBLIC_KEY} on another way and name it with --public-key"
            )
        return f"{count}, by the owner of that public key ({self.key_id})"

    @property
    def _another_key(self) -> str:
        has = ", ".join(map(str, self.known_ids))
        return (
            f"NOT known who signed: the signature says key {self.key_id}, and that public key has "
            f"{has}; ask the sender for the {PUBLIC_KEY} that has {self.key_id}, and believe "
            "nothing here until it is checked with that"
        )

    def to_json(self) -> dict[str, Any]:
        """The answer for a machine."""
        return {
            "directory": self.directory,
            "ok": self.ok,
            "own_key": self.own_key,
            "key_id": self.key_id,
            "known_key_ids": list(self.known_ids),
            "release": self.release.release if self.release else None,
            "recipient": self.release.recipient if self.release else None,
            "dates": [day.isoformat() for day in self.release.dates] if self.release else [],
            "superseding": [
                {
                    "date": note.date.isoformat(),
                    "sha256": note.sha256,
                    "supersedes": note.supersedes,
                }
                for note in (self.release.superseding if self.release else ())
            ],
            "files": [{"path": file.path, "state": file.state} for file in self.files],
        }

    @property
    def wrong(self) -> tuple[Checked, ...]:
        """The files that are not as they were signed."""
        return tuple(file for file in self.files if not file.good)

    def demand(self) -> Release:
        """The release, or WallError that names each wrong file; OtherKeyError if it says that
        another key signed it."""
        if any(file.state == "unknown" for file in self.files):
            try:
                refuse_other_key(self.key_id, self.known_ids, PUBLIC_KEY)
            except OtherKeyError as error:
                raise OtherKeyError(f"{self.directory}: {error}") from None
        if self.release is None or not self.ok:
            raise WallError(f"{self.directory}: not as it was signed: {self._named}")
        return self.release

    @property
    def _named(self) -> str:
        return ", ".join(f"{file.path} ({file.state})" for file in self.wrong)


def verify(directory: Path, public_key: Path | None = None) -> Verified:
    """Check every file of a release; without a key, with the one that lies in it.

    Raises InputError if it is no release or there is no such key.
    """
    if not directory.is_dir():
        raise InputError(f"{directory}: no such directory; name a release's")
    there = {str(p.relative_to(directory)) for p in directory.rglob("*") if not p.is_dir()}
    if not there & {MANIFEST, SIGNATURE}:
        raise InputError(f"{directory}: not a release (no {MANIFEST}, no {SIGNATURE})")
    place = public_key or directory / PUBLIC_KEY
    key = _read_key(place)
    signed, release = _signed(directory, place)
    key_id, known = _signer(directory / SIGNATURE), key_ids(key)
    if key_id is not None and key_id not in known and release is None:
        signed = tuple(
            Checked(file.path, "unknown") if file.state == "changed" else file for file in signed
        )
    checked = _against(directory, release, there) if release else ()
    return Verified(
        str(directory),
        (*signed, *checked),
        release,
        own_key=public_key is None,
        key_id=key_id,
        known_ids=known,
    )


def _signer(signature: Path) -> int | None:
    return signer_of(signature.read_bytes()) if signature.is_file() else None


def _against(directory: Path, release: Release, there: set[str]) -> tuple[Checked, ...]:
    """Every file that the manifest names, and every other one."""
    named = {note.path: note.sha256 for note in release.files}
    extra = sorted(there - set(named) - {MANIFEST, SIGNATURE})
    return (
        *(_checked(directory, path, sha256) for path, sha256 in sorted(named.items())),
        *(Checked(path, "extra") for path in extra),
    )


def _read_key(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        raise InputError(
            f"{path}: no such public key; whoever sent the release hands out {PUBLIC_KEY}"
        ) from None


def _signed(directory: Path, key: Path) -> tuple[tuple[Checked, ...], Release | None]:
    """Manifest and signature: which of the two changed cannot be told, so both are named."""
    missing = [name for name in (MANIFEST, SIGNATURE) if not (directory / name).is_file()]
    if missing:
        return tuple(Checked(name, "missing") for name in missing), None
    data = (directory / MANIFEST).read_bytes()
    both = (MANIFEST, SIGNATURE)
    try:
        signatures.verify(key, data, (directory / SIGNATURE).read_bytes())
        release = Release.model_validate_json(data)
    except WallError:
        return tuple(Checked(name, "changed") for name in both), None
    except ValidationError:
        raise ConfigError(
            f"{directory / MANIFEST}: signed, but of a format that this version does not know; "
            "use a newer weir"
        ) from None
    return tuple(Checked(name, "intact") for name in both), release


def _checked(directory: Path, path: str, sha256: str) -> Checked:
    place = directory / path
    if not place.is_file() or place.is_symlink():
        return Checked(path, "missing")
    return Checked(path, "intact" if digest_of_file(place) == sha256 else "changed")
