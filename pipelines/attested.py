"""The proof's signed word for a date: given at the end of ingest, demanded by whatever follows.

It is for exactly these events, people and dictionary: with any other one of the three, or without
it, nothing is made of the date (DESIGN, "By proof").
"""

from dataclasses import dataclass

from weir.pipelines.night import Night
from weir.pipelines.store import Store, digest, replace_file
from weir.schemas.manifests import Manifest
from weir.transforms.attest import Attestation, attest, demand
from weir.transforms.events import EventFiles
from weir.transforms.keys import public_key_path


@dataclass(frozen=True)
class Attested:
    """The manifests of a date that were proved together."""

    events: Manifest
    people: Manifest
    proof: Manifest

    @property
    def datasets(self) -> dict[str, str]:
        """Dataset -> sha256 of its manifest."""
        proved = (self.events, self.people, self.proof)
        return {manifest.dataset: digest(manifest.text().encode()) for manifest in proved}

    def event_files(self, store: Store) -> EventFiles:
        """The events' files by role, as absolute paths."""

        def of(role: str) -> tuple[str, ...]:
            return tuple(store.paths(file for file in self.events.files if file.role == role))

        return EventFiles(of("rows"), of("moved_in"), of("moved_out"))


def give(night: Night, proved: Attested, **found: object) -> None:
    """Sign what was proved of which bytes. found: the other facts of an Attestation."""
    data, signature = attest(
        Attestation.model_validate(
            {
                "date": night.day,
                "datasets": proved.datasets,
                "policy": night.stamp,
                "software": night.software,
                **found,
            }
        ),
        night.keyring("signing"),
    )
    place = night.store.manifest_path("events", night.day)
    replace_file(place.with_suffix(".attest.json"), data)
    replace_file(place.with_suffix(".attest.sig"), signature)


def attested(night: Night) -> Attested:
    """What was proved of a date. UsageError if there are no events, WallError if what lies there is
    not what was proved, or was proved under another policy."""
    remedy = f"`weir ingest --date {night.day}` makes them"
    proved = Attested(
        *(
            night.store.require(name, night.day, remedy)
            for name in ("events", "people", "restricted/proof")
        )
    )
    place = night.store.manifest_path("events", night.day)
    data, signature = (
        path.read_bytes() if path.exists() else None
        for path in (place.with_suffix(".attest.json"), place.with_suffix(".attest.sig"))
    )
    demand(
        data,
        signature,
        public_key_path(night.config.at(night.config.keys)),
        proved.datasets,
        date=night.day.isoformat(),
        policy=night.stamp,
    )
    return proved
