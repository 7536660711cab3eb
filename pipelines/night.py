"""A night: one configuration, one policy, one store, one date. Opened before anything is read."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from weir.pipelines.agreed import known_to, refuse_other_rules
from weir.pipelines.ledger import Ledger
from weir.pipelines.store import Store, digest
from weir.schemas.config import Config
from weir.schemas.errors import ConfigError
from weir.schemas.manifests import PolicyStamp, canonical_json
from weir.schemas.policy import Policy
from weir.transforms.keys import Keyring

if TYPE_CHECKING:
    from weir.transforms.detect import Detector
    from weir.transforms.network import Databases

_SPACY = ".venv/bin/pip install -e '.[nlp]'"
INGEST_KEYS = ("pseudonyms", "linkage", "vault", "quarantine", "proof", "signing")


@dataclass(frozen=True)
class Night:
    """What every step of a date needs. Opening it fails before a row is read."""

    config: Config
    policy: Policy
    store: Store
    day: date

    @classmethod
    def open(cls, config: Config, day: date, *, create: bool = False) -> "Night":
        """Check configuration, policy and store. Raises ConfigError or UsageError, the latter also
        for a policy whose rules changed and whose version did not."""
        _refuse_a_placeholder(config)
        policy = Policy.read(config.policy, config.base)
        policy.detecting(config.detection)
        policy.refuse_other_sites([site.name for site in config.sites])
        night = cls(config, policy, Store.open(config.store_path, create=create), day)
        refuse_other_rules(night.stamp, known_to(Ledger(night.ledger_path)))
        return night

    def keyring(self, *purposes: str) -> Keyring:
        """The keys of some purposes. Raises KeyMissingError."""
        return Keyring.open(self.config.at(self.config.keys), *purposes)

    @cached_property
    def detector(self) -> "Detector":
        """As the configuration has it, in the mode that the policy asks for."""
        from weir.transforms.detect import Detector

        return Detector(self.policy.detecting(self.config.detection))

    @cached_property
    def databases(self) -> "Databases | None":
        """Of networks; None where the configuration names none."""
        from weir.transforms.network import Databases

        paths = tuple(self.config.at(path) for path in self.config.network.mmdb)
        return Databases(paths) if paths else None

    @property
    def ledger_path(self) -> Path:
        """Where the ledger lies."""
        return Path(self.config.at(self.config.ledger))

    @cached_property
    def stamp(self) -> PolicyStamp:
        """The policy as outputs quote it. A setting that is new in this program and absent from a
        policy must stay out of what is digested here: recipients agreed to what it said."""
        whole = self.policy.model_dump(mode="json")
        rules = {name: value for name, value in whole.items() if name != "recipients"}
        return PolicyStamp(
            name=self.policy.name,
            version=self.policy.version,
            sha256=digest(canonical_json(whole).encode()),
            rules=digest(canonical_json(rules).encode()),
        )

    @cached_property
    def software(self) -> str:
        """Name and version of this program."""
        return f"weir {version('weir-pipeline')}"


def _refuse_a_placeholder(config: Config) -> None:
    """A night under the host that `weir init` wrote would freeze an edition in which the site's own
    pages are other people's."""
    for site in config.sites:
        if any(host.endswith(".invalid") for host in site.hosts):  # RFC 2606
            raise ConfigError(
                f"site {site.name}: host is still what `weir init` wrote; say your site's, as its "
                "log or its pages' links name it"
            )


def warm_model(detector: "Detector") -> None:
    """Open the model that the settings name, if they do: one that is missing is told at once.

    Raises ConfigError, with where the setting stands and what brings spaCy.
    """
    try:
        if detector.settings.nlp_model:
            detector.warm()
    except ConfigError as error:
        spacy = "" if _SPACY in str(error) else f"; spaCy itself comes with {_SPACY}"
        raise ConfigError(f"weir.yaml: {error}{spacy}") from None
