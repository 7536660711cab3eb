"""Detection tells nobody: no network, no log, no message with a value; and it loads late."""

import logging
import pickle
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from weir.transforms.detect import Detector, cache, detector, scan, sources
from weir.transforms.detect.recognizers.engine import open_engine

PERSONAL = ["joe@example.org", "212-555-0123", "4111 1111 1111 1111", "2001:db8::1", "see@b"]


def test_no_log_says_a_value_even_at_debug(caplog):
    cache.forget()
    caplog.set_level(logging.DEBUG)
    Detector().values(pa.array(PERSONAL))
    scan("text", "write joe@example.org or call 212-555-0123")
    assert not [value for value in [*PERSONAL, "joe"] if value in caplog.text]


def test_a_failing_recognizer_does_not_quote_its_text(monkeypatch, caplog, capsys):
    opened = open_engine(Detector().settings)
    monkeypatch.setattr(
        opened, "analyze", lambda text, *_given: (_ for _ in ()).throw(ValueError(text))
    )
    cache.forget()
    caplog.set_level(logging.DEBUG)
    cleaned = Detector().values(pa.array(["joe@example.org"]))
    assert cleaned.clean.to_pylist() == ["{unreadable}"]
    assert "joe" not in caplog.text + "".join(capsys.readouterr())
    assert "joe" not in str(cleaned.findings.to_pylist())


def test_detection_opens_no_socket():
    code = """
import socket, sys
def refuse(*a, **k):
    print("socket opened"); sys.exit(9)
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
socket.create_connection = refuse
import pyarrow as pa
from weir.transforms.detect import Detector
print(Detector().values(pa.array(["joe@example.museum", "+12125550123"])).clean.to_pylist())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "['{email}', '{phone}']", done.stderr


def test_presidio_loads_when_the_first_suspicious_value_comes():
    code = """
import sys, pyarrow as pa
from weir.transforms.detect import Detector
Detector().paths(pa.array(["/harmless/page.html"]))
assert "presidio_analyzer" not in sys.modules
Detector().paths(pa.array(["/a/joe@example.org"]))
assert "presidio_analyzer" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_detector_travels_and_stays_the_same():
    detector = Detector()
    assert len(detector.version) == 16
    travelled = pickle.loads(pickle.dumps(detector))
    assert travelled == detector
    assert travelled.version == detector.version
    assert len(pickle.dumps(detector)) < 1000


def test_other_settings_are_another_version():
    from weir.schemas.config import Detection

    assert Detector(Detection(phone_regions=("DE",))).version != Detector().version


def test_another_line_of_code_is_another_version(monkeypatch, tmp_path):
    shipped = Path(sources.__file__).parent
    for module in shipped.glob("*.py"):
        (tmp_path / module.name).write_bytes(module.read_bytes())
    monkeypatch.setattr(sources, "files", lambda _package: tmp_path)
    digest = sources.code_digest.__wrapped__
    before = digest()
    assert digest() == before
    (tmp_path / "policy.py").write_text("# another\n")
    assert digest() != before


def test_the_version_says_the_code(monkeypatch):
    before = Detector().version
    monkeypatch.setattr(detector, "code_digest", lambda: "another")
    assert Detector().version != before


def test_the_cache_holds_no_value_as_its_key():
    cache.forget()
    Detector().values(pa.array(["joe@example.org"]))
    assert [len(name) for name in cache._verdicts] == [16]


@pytest.mark.parametrize("limit", [1, 10])
def test_the_cache_is_bounded(monkeypatch, limit):
    monkeypatch.setattr(cache, "LIMIT", limit)
    cache.forget()
    Detector().values(pa.array([f"joe{i}@example.org" for i in range(30)]))
    assert len(cache._verdicts) == limit
