"""What separation needs to know of a source and its site."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from weir.schemas.config import Site
from weir.schemas.mapping import TagMapping
from weir.schemas.policy import Policy
from weir.transforms.detect import Detector
from weir.transforms.network import Databases


@dataclass(frozen=True)
class Wall:
    """One site as one source sees it on one night; picklable, holds no key."""

    site: Site
    channel: str  # log, script, or tag: of a collector of beacons
    day: date
    policy: Policy
    detector: Detector
    tags: tuple[TagMapping, ...]  # the wires of its tags; of several each hit's own
    buckets: int
    by_host: bool  # the source holds several sites: rows of other hosts are not ours
    trusted_proxies: tuple[str, ...] = ()  # networks whose word on who asked is taken
    fingerprints: str = ""  # name of the source, if copies of its hits are to be found
    own_hosts: tuple[str, ...] = ()  # hosts of all the configuration's sites; none: of this site
    databases: Databases | None = None  # of networks

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The site's day in UTC: from its local midnight to the next one."""
        zone = self.site.zone
        first = datetime.combine(self.day, time(), zone)
        last = datetime.combine(self.day + timedelta(days=1), time(), zone)
        return first.astimezone(UTC), last.astimezone(UTC)

    def drops(self, category: str) -> bool:
        """The policy lets nothing of a category cross."""
        return self.policy.category(category).treatment == "drop"
