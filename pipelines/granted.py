"""Whether a recipient may have what is asked for; nothing is written before that is clear."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from difflib import get_close_matches

from weir.pipelines.dates import between
from weir.pipelines.store import Store
from weir.pipelines.verify import MANIFEST
from weir.schemas.errors import UsageError
from weir.schemas.manifests import PolicyStamp
from weir.schemas.policy import Policy
from weir.schemas.recipient import BY_NAME_ONLY, Recipient, period
from weir.schemas.release import Edition, Release
from weir.transforms.disclose.periods import DAYS

_FEWEST = 2  # days that a sum is of


def served(policy: Policy, days: Sequence[date], today: date) -> dict[str, list[date]]:
    """Whom a night serves, and with which dates: all that the policy still has, but those that are
    served by name. Who gets weeks or months gets those that end on one of the days."""
    wanted = {
        who.name: _whole(who, days)
        for who in policy.recipients
        if who.kind not in BY_NAME_ONLY and not _expired(who, days, today)
    }
    return {name: dates for name, dates in wanted.items() if dates}


def wanted(
    policy: Policy, days: Sequence[date], recipient: str | None, today: date
) -> dict[str, list[date]]:
    """Who is to get which dates: the one that is named, or all that the policy still serves."""
    return {recipient: list(days)} if recipient else served(policy, days, today)


def lapsed(
    policy: Policy, days: Sequence[date], recipient: str | None, today: date
) -> Iterator[str]:
    """Whom the policy would serve if it had not expired, in a sentence each; who is asked for by
    name is refused."""
    for who in policy.recipients if recipient is None else ():
        served_once = who.kind not in BY_NAME_ONLY and _whole(who, days)
        if served_once and _expired(who, days, today):
            yield f"{who.name}: expired on {who.expires}; nothing was shared"


class NothingError(UsageError):
    """There is nothing that the recipient may have of these dates."""


class LoneDayError(NothingError):
    """A week or month of which one day alone was published: its sums are that day's numbers."""


@contextmanager
def passed_over(recipient: str | None, passed: list[str]) -> Iterator[None]:
    """Of all that a night serves, whoever would get nothing stops nobody, and why is added to what
    is said of it; who is asked for by name is refused."""
    try:
        yield
    except NothingError as error:
        if recipient:
            raise
        passed.append(f"{error}; passed over")


def find_recipient(policy: Policy, name: str, days: Sequence[date], today: date) -> Recipient:
    """The recipient of that name, if the policy still lets it have something.

    Raises UsageError for one that is unknown or expired.
    """
    known = {recipient.name: recipient for recipient in policy.recipients}
    if name not in known:
        close = get_close_matches(name, known, n=1)
        hint = f"did you mean '{close[0]}'?" if close else f"it names {', '.join(known) or 'none'}"
        raise UsageError(f"policy {policy.name}: no such recipient '{name}'; {hint}")
    who = known[name]
    if _expired(who, days, today):
        raise UsageError(
            f"policy {policy.name}: recipients.{name}: expired on {who.expires}; nothing was "
            "shared; a new date in the policy renews it"
        )
    return who


def _periods(who: Recipient, days: Iterable[date]) -> list[tuple[date, date]]:
    """First and last days of the recipient's periods in which the days are."""
    return sorted({period(day, who.grain) for day in days})


def refuse_partial(who: Recipient, days: Sequence[date]) -> None:
    """UsageError for a week or month that is not asked for whole: two sums of some of its days,
    subtracted, are a day, which the recipient's grain does not give it."""
    for first, last in _periods(who, days):
        if not set(between(first, last)) <= set(days):
            raise UsageError(
                f"recipients.{who.name}: gets sums of whole {who.grain}s; ask for all of it: "
                f"--from {first} --to {last}"
            )


def refuse_days(who: Recipient, editions: Sequence[Edition], today: date) -> None:
    """UsageError for a week or month that is not over, as later its sums less these would be the
    days between; LoneDayError for one that has a single edition."""
    if who.grain == "day":
        return
    there = {edition.date for edition in editions}
    for first, last in _periods(who, there):
        if last >= today and last not in there:
            raise UsageError(
                f"recipients.{who.name}: gets sums of whole {who.grain}s, and that of {first} ends "
                f"on {last}; share it when its last date has an edition"
            )
        if len(there & set(between(first, last))) < _FEWEST:
            raise LoneDayError(
                f"recipients.{who.name}: gets sums of whole {who.grain}s, and of that of {first} "
                "one day alone has an edition; its sums would be that day's numbers"
            )


def refuse_other_days(store: Store, who: Recipient, editions: Sequence[Edition]) -> None:
    """UsageError for a week or month of which the recipient has a release of other days: one sum
    less the other would be the days between."""
    if who.grain == "day":
        return
    there = {edition.date for edition in editions}
    for path in sorted((store.root / "shared" / who.name).glob(f"*/{MANIFEST}")):
        earlier = Release.model_validate_json(path.read_bytes())
        if not any(column.name == DAYS for table in earlier.tables for column in table.columns):
            continue  # of single days, which sums of them tell nothing new about
        then = {note.date for note in earlier.editions}
        for first, last in _periods(who, there):
            days = set(between(first, last))
            if then & days and then & days != there & days:
                raise UsageError(
                    f"recipients.{who.name}: has the {who.grain} of {first} of "
                    f"{len(then & days)} days, in {earlier.release}; of {len(there & days)} it "
                    "would tell, less that, of the days between"
                )


def refuse_other_policies(who: Recipient, stamp: PolicyStamp, editions: Sequence[Edition]) -> None:
    """UsageError for dates made under a policy that the recipient did not agree to. stamp: of the
    policy that names it."""
    agreed = set(who.agreed) or {_version(stamp)}
    wrong = [edition for edition in editions if _version(edition.policy) not in agreed]
    if wrong:
        dates = ", ".join(edition.date.isoformat() for edition in wrong)
        raise UsageError(
            f"recipients.{who.name}: agreed to {', '.join(sorted(agreed))}, but {dates} was made "
            f"under {_version(wrong[0].policy)}; once they agree to it, too, name both under "
            "`agreed` in the policy, or ask for other dates"
        )


def _whole(who: Recipient, days: Sequence[date]) -> list[date]:
    ended = {period(day, who.grain) for day in days if period(day, who.grain)[1] == day}
    return [day for first, last in sorted(ended) for day in between(first, last)]


def _version(stamp: PolicyStamp) -> str:
    return f"{stamp.name} {stamp.version}"


def _expired(who: Recipient, days: Sequence[date], today: date) -> bool:
    return who.expires is not None and max(today, *days) > who.expires
