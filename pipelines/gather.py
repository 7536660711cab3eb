"""The last shuffle of a pipeline: small JSON texts to one list of them."""

from collections.abc import Iterable

import apache_beam as beam


class Gather(beam.CombineFn):  # type: ignore[misc]
    """Outcomes -> one JSON list of them."""

    @classmethod
    def all(cls) -> beam.PTransform:
        """Of all outcomes, of which there is at least one. To have a list of none, too, would be a
        quarter of what Beam takes to wire and run a night's pipeline."""
        return beam.CombineGlobally(cls()).without_defaults()

    def create_accumulator(self) -> list[str]:
        return []

    def add_input(self, held: list[str], outcome: str) -> list[str]:
        return [*held, outcome]

    def merge_accumulators(self, several: Iterable[list[str]]) -> list[str]:
        return [outcome for held in several for outcome in held]

    def extract_output(self, held: list[str]) -> str:
        return "[" + ",".join(sorted(held)) + "]"
