"""`weir init`: a commented configuration and fresh keys."""

from dataclasses import dataclass
from pathlib import Path

from weir.pipelines.store import make_directory
from weir.schemas.errors import UsageError

TEMPLATE = """\
# Weir's configuration. Paths are relative to this file. `weir run --date YYYY-MM-DD` does a night.

store: store            # where everything that Weir makes lies
ledger: ledger.sqlite   # who received what; on a local disk
policy: strict          # a shipped policy (strict, atg-2008), whose recipient is the sample's;
                        # to share, a copy with your own
keys: keys              # made by `weir init`; keep a copy apart, and out of version control

sites:
  - name: www
    host: your.host.invalid          # yours; or a list: [www.example.com, example.com]
    timezone: America/New_York       # a date is the site's local one; see {date+1} below
    cookies: {}                      # {visitor: NAME, registered: NAME, opt_out: NAME}
    # tag_path: /t.gif               # where your one-pixel GIF lies, if you have one
    # keep_parameters: [category]    # query parameters that may cross, after detection
    # public_paths: [/, "/news/*"]   # pages that may be named outside; under `strict` no other is

sources:
  # {date} is the file's own naming; {date+1} is the next day's file. A log rotated at midnight
  # UTC holds two local dates: "in/access-{date}.log.gz|in/access-{date+1}.log.gz"
  - name: web
    kind: log
    site: www
    path: in/access-{date}*          # {date:%Y%m%d} is 20080422
    format: auto                     # recognised by its first lines; or a format's name, or your
                                     # LogFormat / log_format string, in quotes

  # Events of third-party scripts, JSON lines:
  # - {name: scripts, kind: events, site: www, path: "in/events-{date}*.jsonl", mapping: segment}

  # Registered users, CSV; personal data goes to the vault, encrypted:
  # - {name: people, kind: profiles, site: www, path: in/profiles.csv, mapping: profiles}

# Words, patterns, fields and paths of your own that never cross:
# detection: {keys: {staffno: id}, routes: {desk: name}}

# Country, city and operator of networks, from databases of yours:
# network: {mmdb: [GeoLite2-City.mmdb, GeoLite2-ASN.mmdb]}
"""

IGNORED = """\
# Keys, personal data and what is made of it belong in no repository.
keys/
in/
store/
ledger.sqlite*

# The page of `weir report`: exact counts.
internal_*.html
"""


@dataclass(frozen=True)
class Begun:
    """What `weir init` made."""

    config: Path
    keys: Path

    def text(self) -> str:
        """What to do next."""
        return (
            f"made {self.config} and {self.keys}/ (a key file a purpose, readable by you alone)\n\n"
            "Next:\n"
            f"  1. edit {self.config}: your site's host and time zone, where your logs lie\n"
            "  2. weir inspect LOGFILE                        is its format recognised?\n"
            f"  3. weir run --config {self.config} --date YYYY-MM-DD --until aggregate\n"
            "  4. content with what you see? the same without --until: an edition, once made,\n"
            "     is frozen, and releases come from it\n\n"
            f"Keep a copy of {self.keys}/ apart from the store: without it nothing behind the\n"
            "wall can be read again. Never put it under version control."
        )


def begin(directory: Path) -> Begun:
    """Write weir.yaml and keys into a directory. Raises UsageError rather than overwrite."""
    from weir.transforms.keys import create_keys

    config, keys = directory / "weir.yaml", directory / "keys"
    for path in (config, keys):
        if path.exists():
            raise UsageError(f"{path}: is there already; nothing was changed")
    make_directory(directory)
    create_keys(keys)
    config.write_text(TEMPLATE, encoding="utf-8")
    ignored = directory / ".gitignore"
    if not ignored.exists():
        ignored.write_text(IGNORED, encoding="utf-8")
    return Begun(config, keys)
