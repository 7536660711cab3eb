"""A headless Chromium for tests of pages, spoken to over a pipe (Chrome DevTools Protocol)."""

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
QUIET = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-extensions",
    "--hide-scrollbars", "--force-color-profile=srgb", "--remote-debugging-pipe",
)  # fmt: skip

_CONTRAST = """
(() => {
  const lum = c => { const v = c.map(x => { x /= 255;
    return x <= .03928 ? x / 12.92 : Math.pow((x + .055) / 1.055, 2.4) });
    return .2126 * v[0] + .7152 * v[1] + .0722 * v[2] };
  const parse = s => (s.match(/rgba?\\([^)]*\\)/g) || []).map(c => c.match(/[\\d.]+/g).map(Number))
    .filter(c => c.length < 4 || c[3] > .99).map(c => c.slice(0, 3));
  const behind = e => { for (; e; e = e.parentElement) { const s = getComputedStyle(e);
    const found = [...parse(s.backgroundColor), ...parse(s.backgroundImage)];
    if (found.length && !(e instanceof SVGElement)) return found } return [[255, 255, 255]] };
  document.querySelectorAll('details').forEach(d => d.open = true);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), low = [];
  let seen = 0;
  while (texts.nextNode()) {
    const e = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !e.checkVisibility() || e.closest('style,.unseen,.skip'))
      continue;
    const s = getComputedStyle(e), ink = parse(e instanceof SVGElement ? s.fill : s.color)[0];
    for (const b of behind(e)) {
      const [x, y] = [lum(ink), lum(b)].sort((p, q) => q - p), ratio = (x + .05) / (y + .05);
      seen++;
      if (ratio < 4.5) low.push(texts.currentNode.data.trim() + ' ' + ratio.toFixed(2));
    }
  }
  return {seen, low};
})()
"""
"""Opens all that is closed; how many texts were seen, and which have less than 4.5 to 1 (WCAG)."""
_CUT = """
[...document.querySelectorAll('th, td, .tile *, h1, h3, h4, summary, figcaption, pre')]
  .filter(e => e.checkVisibility() && !e.closest('.draw, .unseen') && e.textContent.trim())
  .filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display != 'inline')
  .map(e => e.textContent.trim())
"""


class Browser:
    """One page of a browser: opened, looked at, asked."""

    def __init__(self, read: int, write: int) -> None:
        self._read, self._write = os.fdopen(read, "rb"), os.fdopen(write, "wb")
        self._number, self._session = 0, ""
        self.events: list[dict[str, Any]] = []
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        joined = self._ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = joined["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self._ask(f"{domain}.enable")

    def open(self, path: Path, width: int, *, dark: bool = False, media: str = "screen") -> None:
        """Show a file at a width; `events` are then those of this page."""
        self._ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1,
            mobile=width < 600,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._ask("Emulation.setEmulatedMedia", media=media, features=[scheme])
        self.events.clear()
        self._ask("Page.navigate", url=path.resolve().as_uri())
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self._next()

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression in the page."""
        got = self._ask("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in got, got
        return got["result"].get("value")

    def picture(self, place: Path, height: int = 0, quality: int = 0, top: int = 0) -> None:
        """The page, or `height` pixels of it from `top` on, as a picture."""
        size = self._ask("Page.getLayoutMetrics")["cssContentSize"]
        tall = min(height or size["height"], size["height"] - top)
        clip = {"x": 0, "y": top, "width": size["width"], "height": tall, "scale": 1}
        form = {"format": "jpeg", "quality": quality} if quality else {"format": "png"}
        got = self._ask("Page.captureScreenshot", clip=clip, captureBeyondViewport=True, **form)
        place.write_bytes(base64.b64decode(got["data"]))

    def press(self, key: str) -> None:
        """A key, as from a keyboard."""
        code = {"Tab": 9, "Enter": 13}[key]
        for kind in ("rawKeyDown", "char", "keyUp"):
            if kind != "char" or key == "Enter":
                self._ask(
                    "Input.dispatchKeyEvent", type=kind, key=key, code=key,
                    windowsVirtualKeyCode=code, **({"text": "\r"} if key == "Enter" else {}),
                )  # fmt: skip

    def contrast(self) -> dict[str, Any]:
        """{"seen": texts, "low": those that are hard to read}."""
        found: dict[str, Any] = self.run(_CONTRAST)
        return found

    def cut(self) -> list[str]:
        """Texts of which a part is not to be seen."""
        found: list[str] = self.run(_CUT)
        return found

    def asked_for(self) -> list[str]:
        """Addresses that the page requested, its own aside."""
        sent = [e["params"] for e in self.events if e["method"] == "Network.requestWillBeSent"]
        return [one["request"]["url"] for one in sent if one.get("type") != "Document"]

    def said(self) -> list[str]:
        """What the page wrote to the console, and what the browser wrote about it."""
        spoken = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")
        return [json.dumps(e["params"]) for e in self.events if e["method"] in spoken]

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        told = {"id": self._number, "method": method, "params": params}
        if self._session:
            told["sessionId"] = self._session
        self._write.write(json.dumps(told).encode() + b"\0")
        self._write.flush()
        while True:
            got = self._next()
            if got.get("id") == self._number:
                assert "error" not in got, got
                return got["result"]

    def _next(self) -> dict[str, Any]:
        data = bytearray()
        while (byte := self._read.read(1)) != b"\0":
            assert byte, "the browser ended"
            data += byte
        got: dict[str, Any] = json.loads(data)
        if "method" in got:
            self.events.append(got)
        return got


def chromium() -> str:
    """Where it is. Without one the test is skipped, or fails where WEIR_BROWSER_REQUIRED=1."""
    if CHROMIUM is None:
        missing = "no Chromium on PATH, so nobody looked at pages; `apt-get install chromium`"
        required = os.environ.get("WEIR_BROWSER_REQUIRED") == "1"
        pytest.fail(missing) if required else pytest.skip(missing)
    return CHROMIUM


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """A browser with a profile of its own, ended at the end. Skips or fails as `chromium` does."""
    place = chromium()
    to_it, ours_out = os.pipe()
    ours_in, from_it = os.pipe()
    command = (
        "import os,sys; a,b=int(sys.argv[1]),int(sys.argv[2]); "
        "a,b=os.dup2(a,13),os.dup2(b,14); os.dup2(13,3); os.dup2(14,4); "
        "os.execv(sys.argv[3],sys.argv[3:])"
    )  # the browser reads from 3 and writes to 4
    process = subprocess.Popen(
        [sys.executable, "-c", command, str(to_it), str(from_it), place, *QUIET,
         f"--user-data-dir={profile}"],
        pass_fds=(to_it, from_it), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(to_it)
    os.close(from_it)
    try:
        yield Browser(ours_in, ours_out)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
