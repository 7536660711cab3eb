"""`weir report`: the page of a store's own people, which only its user may read."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from weir.pipelines.dates import days
from weir.pipelines.ending import ending
from weir.pipelines.options import (
    DEFAULT,
    ConfigOption,
    DateOption,
    FromOption,
    JsonOption,
    ToOption,
    print_json,
    read,
)
from weir.schemas.errors import UsageError


def report(
    config: ConfigOption = DEFAULT,
    internal: Annotated[
        bool, typer.Option("--internal", hidden=True, help="What it makes, said or not.")
    ] = True,
    date: DateOption = None,
    first: FromOption = None,
    last: ToOption = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file; default: beside weir.yaml."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """A page about some dates: rows, data quality, what was held back.

    For analysts and operators: it has exact counts and is not for sharing. A release has a
    report.html of its own.
    """
    with ending():
        from weir.pipelines.report.inside import render_inside
        from weir.pipelines.store import Store, replace_file

        settings, wanted = read(config), list(days(date, first, last))
        store = Store.open(settings.store_path)
        text = render_inside(store, settings.base, wanted)
        name = f"internal_{wanted[0]}_{wanted[-1]}.html"
        place = output or settings.base / name
        try:
            replace_file(place, text.encode())
        except OSError as error:
            raise UsageError(f"{place}: cannot be written ({error.strerror})") from None
        if as_json:
            print_json({"report": str(place), "dates": [str(day) for day in wanted]})
        else:
            console = Console()
            console.print(f"report  {place}", markup=False, highlight=False, soft_wrap=True)
            console.print("  exact counts: for analysts and operators, not for sharing")
