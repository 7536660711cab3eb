"""The exceptions of Weir: one small tree, each with the exit code it ends a command with.

Messages name the place first, then what is wrong, then what to do; never a value of a row.
"""


class WeirError(Exception):
    """The run failed for a reason that we know; no traceback is shown."""

    exit_code = 1


class UsageError(WeirError):
    """Wrong use, configuration or input."""

    exit_code = 2


class ConfigError(UsageError):
    """The configuration or policy cannot be used; lists everything wrong at once."""


class InputError(UsageError):
    """A source file that cannot be read as what it is declared to be."""


class KeyMissingError(UsageError):
    """A key that the step needs is not there; nothing was read."""


class WallError(WeirError):
    """The wall refused to publish: something personal, or unproven, would have crossed."""

    exit_code = 3


class OtherKeyError(WallError):
    """Refused, as it says that another key signed it: most likely the keys are another store's."""

    exit_code = UsageError.exit_code


class BusyError(WeirError):
    """Another run of the same date holds the lock."""
