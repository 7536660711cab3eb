import pytest

from weir.pipelines import disclose as disclose_module
from weir.schemas.tables import read_tables

TABLES = ("technology", "campaigns", "traffic", "pages")


@pytest.fixture(autouse=True, scope="package")
def _few_tables():
    """Editions of the tables that are attacked: each takes time, and no attack is on the others."""
    few = {name: read_tables()[name] for name in TABLES}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(disclose_module, "read_tables", lambda: few)
        yield
