import pytest

from tests.pipelines.a_store import few_tables


@pytest.fixture(autouse=True, scope="package")
def _few_tables():
    """Editions of the tables that are attacked."""
    with few_tables("technology", "campaigns", "traffic", "pages"):
        yield
