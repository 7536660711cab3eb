"""How a command ends: with its exit code, and one plain text where something is wrong."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from weir.schemas.errors import WeirError


@contextmanager
def ending() -> Iterator[None]:
    """Errors end the command with their code and one plain text; a bug's own text is not told."""
    try:
        yield
    except WeirError as error:
        complain(str(error))
        raise typer.Exit(error.exit_code) from None
    except (typer.Exit, typer.Abort):
        raise
    except BrokenPipeError:  # `weir sql … | head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
    except KeyboardInterrupt:
        complain("stopped; what was published before stays, what was under way is left out")
        raise SystemExit(130) from None
    except Exception as error:
        from weir.pipelines.failure import in_our_words

        told = in_our_words(error)
        complain(str(told))
        raise typer.Exit(told.exit_code) from None


def complain(text: str) -> None:
    """One text on standard error."""
    Console(stderr=True).print(f"weir: {text}", markup=False, highlight=False, soft_wrap=True)
