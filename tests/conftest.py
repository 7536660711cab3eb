"""How all tests are run.

Property tests try the same texts each time, so that a run judges the change and not its luck.
`make test-all` and `make fuzz` look for new ones.
"""

import os

from hypothesis import settings

# What a terminal shows is what the program does, not what the caller's shell asks for.
for _name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS", "LINES"):
    os.environ.pop(_name, None)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: somebody always waits for processes of a test's own, or for a
    night that another makes for all."""
    return (os.cpu_count() or 1) + 1


settings.register_profile("same", derandomize=True, database=None)
settings.register_profile("search", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
