"""Property tests try the same texts each time, so that a run judges the change and not its luck.

`make test-all` and `make fuzz` look for new ones.
"""

import os

from hypothesis import settings

settings.register_profile("same", derandomize=True)
settings.register_profile("search", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
