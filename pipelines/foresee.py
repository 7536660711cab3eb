"""`weir disclose --dry-run`: what an edition would be, rule by rule, and what it would spend.

It is drafted by the code that makes it, in the run's staging directory, and the draft is thrown
away. Noise is not drawn, and store and ledger stay as they are.
"""

from collections.abc import Mapping
from typing import Any, cast

from rich.console import Console

from weir.pipelines.attested import attested
from weir.pipelines.budget import Drawing, Losses
from weir.pipelines.disclose import KEYS, kept
from weir.pipelines.drafts import Drafted, drafted, refusals
from weir.pipelines.night import Night
from weir.pipelines.prose import tell
from weir.pipelines.recorded import unrecorded
from weir.pipelines.tolls import a_table, show_table, show_tolls
from weir.schemas.tables import Unit
from weir.transforms.disclose.dp.accounting import Loss
from weir.transforms.disclose.dp.spent import composed, spent_by_table
from weir.transforms.disclose.toll import Toll

Unpaid = Mapping[Drawing, Losses]
_TOLD = {"rows", "suppressed", "withheld", "refused"}


def foresee(night: Night, console: Console, *, accept_incomplete: bool = False) -> dict[str, Any]:
    """The edition that `disclose` would make, as it would be told of; of one that is `there` only
    that, and what it says already. Raises as `disclose` does."""
    keyring = night.keyring(*KEYS)
    for _ in unrecorded(night):  # disclosing would record it, if it is as it was signed
        pass
    there = kept(night, keyring)
    if there is not None:
        return there.to_json() | {"there": True}
    attested(night)  # a date without events gets no lock
    with (
        night.store.lock(night.day),
        drafted(night, accept_incomplete=accept_incomplete, console=console, draw=False) as draft,
    ):
        unpaid = draft.noisy.unpaid
        draft.prove(draft.tables)
        return {
            "date": night.day.isoformat(),
            "there": False,
            "notes": [*refusals(draft.tables), *draft.incomplete],
            "tables": _tables(draft, unpaid),
            "budget": _budget(draft, unpaid),
        }


def _tables(draft: Drafted, unpaid: Unpaid) -> list[dict[str, Any]]:
    written = {(entry.site, entry.table): entry for entry in draft.tables}
    told = []
    for toll in draft.tolls:
        one: dict[str, Any] = {"site": toll.site, "table": toll.table}
        entry = written.get((toll.site, toll.table))
        one |= entry.model_dump(include=_TOLD) if entry else _noise(draft, unpaid, toll)
        told.append(one | {"inside": toll.to_json()})
    return told


def _noise(draft: Drafted, unpaid: Unpaid, toll: Toll) -> dict[str, Any]:
    """What a table in mode dp may tell, and whether that was paid for before. lost: paid for, and
    the noise is gone, so it would not be in the edition."""
    spent = spent_by_table(draft.night.policy, draft.night.day, toll.table)
    mine = {(one.site, one.table) for one in unpaid}
    lost = (toll.site, toll.table) in draft.noisy.without
    return {
        "noise": {
            "spent": [s.model_dump() for s in spent],
            "paid": (toll.site, toll.table) not in mine,
            "lost": lost,
        }
    }


def _budget(draft: Drafted, unpaid: Unpaid) -> list[dict[str, Any]]:
    """Of each site and kind of unit: what the month has cost so far, and would after."""
    night, noisy = draft.night, draft.noisy
    told = []
    for site in night.config.sites:
        for spent in noisy.spent:
            unit = cast(Unit, spent.unit)
            before = noisy.till.by_date(site.name, unit, f"{night.day:%Y-%m}")
            mine = (losses.get(unit, Loss()) for one, losses in unpaid.items()
                    if one.site == site.name)  # fmt: skip
            day, fresh = night.day.isoformat(), sum(mine, Loss())
            after = before | {day: before.get(day, Loss()) + fresh} if fresh != Loss() else before
            told.append(
                {
                    "site": site.name,
                    "unit": unit,
                    "period": spent.period,
                    "month": f"{night.day:%Y-%m}",
                    "before": _composed(night, unit, before),
                    "after": _composed(night, unit, after),
                    "limit": {"epsilon": spent.epsilon, "delta": spent.delta},
                }
            )
    return told


def _composed(night: Night, unit: Unit, charged: dict[str, Loss]) -> dict[str, Any]:
    epsilon, delta = composed(list(charged.values()), night.policy, unit)
    return {"dates": len(charged), "epsilon": epsilon, "delta": delta}


def show_foreseen(console: Console, told: dict[str, Any]) -> None:
    """The end of `weir disclose --dry-run`."""
    console.print()
    if told["there"]:
        frozen = "made before and frozen; nothing would change"
        tell(console, f"Edition of {told['date']}: {frozen}", "bold")
        for note in told["notes"][1:]:
            tell(console, f"  {note}")
    else:
        tell(console, f"Edition of {told['date']}, as it would be", "bold")
        show_tolls(console, told["tables"])
        _show_spending(console, told)
        for note in told["notes"]:
            tell(console, f"  ! {note}", "yellow")
    tell(console, "dry run: nothing was drawn, made or recorded", "dim")


def _show_spending(console: Console, told: dict[str, Any]) -> None:
    noisy = [entry for entry in told["tables"] if "noise" in entry]
    if not noisy:
        return
    table = a_table(
        "", ("site", "left"), ("table", "left"),
        ("may tell at most of a", "left"), ("ε", "right"), ("δ", "right"), ("", "left"),
    )  # fmt: skip
    for entry in noisy:
        noise = entry["noise"]
        state = "lost" if noise["lost"] else "paid before" if noise["paid"] else ""
        for spent in noise["spent"]:
            table.add_row(
                entry["site"], entry["table"], f"{spent['unit']}'s {spent['period']}",
                f"{spent['epsilon']:.3g}", f"{spent['delta']:.3g}", state,
            )  # fmt: skip
    show_table(console, "Would be drawn with noise", table)
    table = a_table(
        "", ("site", "left"),
        ("of a", "left"), ("dates", "right"), ("so far", "left"), ("after", "left"),
        ("limit", "left"),
    )  # fmt: skip
    for one in told["budget"]:
        before, after = one["before"], one["after"]
        table.add_row(
            one["site"], one["unit"], f"{before['dates']} → {after['dates']}",
            _loss(before), _loss(after), f"ε {one['limit']['epsilon']:.3g} a {one['period']}",
        )  # fmt: skip
    title = f"Spent in {told['date'][:7]}, of who is there on each date"
    show_table(console, title, table)


def _loss(loss: dict[str, Any]) -> str:
    return f"ε {loss['epsilon']:.3g}, δ {loss['delta']:.3g}" if loss["dates"] else "nothing"
