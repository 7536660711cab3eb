"""The proof: a match in what is staged becomes a placeholder, in what is finished it stops."""

from pathlib import Path

import pyarrow as pa
import pytest

from weir.schemas.columns import NII, column
from weir.schemas.errors import WallError
from weir.transforms.encrypted import read_encrypted, write_encrypted
from weir.transforms.keys import Keyring, create_keys
from weir.transforms.proof import dictionary_of
from weir.transforms.proving import (
    Proving,
    distinct_strings,
    holds,
    placeholders,
    prove_finished,
    prove_staged,
    rewrite,
)
from weir.transforms.write import read_bucket, write_events

ROWS = pa.schema([column(name, pa.string(), NII, "a text") for name in ("path", "campaign")])


@pytest.fixture(scope="module")
def proving(tmp_path_factory: pytest.TempPathFactory) -> Proving:
    root = tmp_path_factory.mktemp("proving")
    create_keys(root / "keys")
    (root / "staging").mkdir()
    return Proving(str(root / "staging"), Keyring.open(root / "keys", "proof"))


def a_file(tmp_path: Path, paths: list[str], campaign: str = "spring") -> str:
    table = pa.table({"path": paths, "campaign": [campaign] * len(paths)}, schema=ROWS)
    return write_events([table, table.slice(0, 0)], ROWS, tmp_path).path


def the_dictionary(proving: Proving, tmp_path: Path, **values: str) -> str:
    seen = pa.table({"kind": list(values), "value": list(values.values())})
    path = str(tmp_path / "dictionary.parquet")
    write_encrypted(dictionary_of(seen, proving.key()), path, proving.keyring, "proof")
    return path


def staged(proving: Proving, tmp_path: Path, file: str) -> str:
    path = str(tmp_path / "strings.parquet")
    write_encrypted(distinct_strings([file]), path, proving.keyring, "proof")
    return path


def test_an_identifier_in_a_staged_file_is_found_and_replaced(
    proving: Proving, tmp_path: Path
) -> None:
    file = a_file(tmp_path, ["/books", "/by/jane-doe", "/by/jane-doe"])
    dictionary = the_dictionary(proving, tmp_path, name="Jane Doe")
    told = prove_staged(proving, [staged(proving, tmp_path, file)], [dictionary])
    assert (told["strings"], told["replaced"]) == (3, {"name": 1})
    answers = placeholders(read_encrypted(told["path"], proving.keyring, "proof"))
    assert holds(file, answers)
    new = rewrite(file, 2, answers)
    assert read_bucket(new.path, 0)["path"].to_pylist() == ["/books", "/{name}", "/{name}"]
    assert read_bucket(file, 0).num_rows == new.rows


def test_a_file_without_a_match_is_left_alone(proving: Proving, tmp_path: Path) -> None:
    file = a_file(tmp_path, ["/books"])
    dictionary = the_dictionary(proving, tmp_path, name="Jane Doe")
    told = prove_staged(proving, [staged(proving, tmp_path, file)], [dictionary])
    assert (told["replaced"], told["path"]) == ({}, "")


def test_the_mark_of_a_dictionary_is_not_counted(proving: Proving, tmp_path: Path) -> None:
    texts = [staged(proving, tmp_path, a_file(tmp_path, ["/books"]))]
    assert prove_staged(proving, texts, [the_dictionary(proving, tmp_path)])["identifiers"] == 0


def test_the_same_text_in_another_column_is_not_touched(proving: Proving, tmp_path: Path) -> None:
    file = a_file(tmp_path, ["/books"], campaign="jane doe")
    answers = {"path": pa.table({"value": ["jane doe"], "placeholder": ["/{name}"]})}
    assert not holds(file, answers)


def test_what_matched_lies_encrypted(proving: Proving, tmp_path: Path) -> None:
    file = a_file(tmp_path, ["/u/jane.doe@example.org"])
    dictionary = the_dictionary(proving, tmp_path, email="jane.doe@example.org")
    told = prove_staged(proving, [staged(proving, tmp_path, file)], [dictionary])
    assert b"jane" not in Path(told["path"]).read_bytes()


def test_an_identifier_in_a_finished_table_stops_the_run_and_is_not_told(
    proving: Proving, tmp_path: Path
) -> None:
    dictionary = the_dictionary(proving, tmp_path, email="jane.doe@example.org")
    table = pa.table({"path": ["/u/jane.doe%40example.org"], "visitors": [3]})
    with pytest.raises(WallError, match=r"tables/pages: .*path: 1 email") as caught:
        prove_finished(proving, {"tables/pages": table}, [dictionary])
    assert "jane" not in str(caught.value)
    prove_finished(proving, {"tables/pages": pa.table({"path": ["/books"]})}, [dictionary])
