"""What a version of a policy stands for: whoever agreed to it agreed to its rules, and these do not
change under the same name and version. Recipients come and go without a new one."""

from collections.abc import Iterable, Iterator

from pydantic import ValidationError

from weir.pipelines.ledger import Ledger
from weir.schemas.errors import UsageError
from weir.schemas.manifests import PolicyStamp


def known_to(ledger: Ledger) -> Iterator[PolicyStamp]:
    """The policies under which editions were made."""
    for entry in ledger.entries():
        if entry.kind in ("edition", "period"):
            try:
                yield PolicyStamp.model_validate(entry.facts.get("policy"))
            except ValidationError:
                continue  # told by `weir ledger`


def refuse_other_rules(stamp: PolicyStamp, made: Iterable[PolicyStamp]) -> None:
    """UsageError if two policies of a name and version, today's among them, have other rules. Those
    of earlier versions of this program do not say which they had."""
    rules: dict[tuple[str, str], str] = {}
    for one in (stamp, *made):
        if one.rules and rules.setdefault((one.name, one.version), one.rules) != one.rules:
            raise UsageError(
                f"policy {one.name} {one.version}: its rules are not those that editions of this "
                "version were made under, which recipients agreed to; raise the version in the "
                "policy, and name those they agreed to under `agreed`, or take back the change"
            )
