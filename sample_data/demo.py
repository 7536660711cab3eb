"""`make demo`: whole nights on the sample data, in a directory of their own, and their results."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
DEMO = HERE.parent / "demo"
FIRST, LAST = "2008-04-21", "2008-04-23"


def main() -> int:
    """Make demo/, run three nights, ask two questions, check a release."""
    began = time.monotonic()
    if DEMO.exists():
        print("(demo/ is made anew; what an earlier demo left there goes)")
    shutil.rmtree(DEMO, ignore_errors=True)
    _weir("init", "demo")
    for site in ("www", "shop"):
        shutil.copytree(HERE / site, DEMO / site)
    shutil.copy(HERE / "weir.yaml", DEMO / "weir.yaml")
    print("(demo/weir.yaml is now the sample's: two sites, four kinds of sources)\n", flush=True)
    _weir("run", "--config", "demo/weir.yaml", "--from", FIRST, "--to", LAST)
    _weir(
        "sql",
        "SELECT date, site, visitors, visits, pageviews, users FROM traffic ORDER BY ALL",
        "--config",
        "demo/weir.yaml",
    )
    release = sorted((DEMO / "store" / "shared").glob("*/*/manifest.json"))[-1].parent
    shown = release.relative_to(DEMO.parent)
    _weir("verify", str(shown), "--public-key", "demo/keys/signing.pub.json")
    print(f"""
Done in {time.monotonic() - began:.0f} s. Everything lies in demo/. Look next at

  what an advertiser gets      {shown}/report.html
  what an analyst has          export PATH="$PWD/.venv/bin:$PATH"
                               weir sql "SHOW TABLES" -c demo/weir.yaml
  what went in, and the truth  sample_data/README.md
  the same with your own log   docs/tutorial.md""")
    return 0


def _weir(*arguments: str) -> None:
    """Show a command as one would type it, then run it; the demo ends where one fails."""
    quoted = [f'"{part}"' if " " in part else part for part in arguments]
    print(f"$ weir {' '.join(quoted)}", flush=True)
    command = Path(sys.executable).with_name("weir")
    code = subprocess.run([command, *arguments], cwd=DEMO.parent, check=False).returncode
    if code:
        sys.exit(code)
    print(flush=True)


if __name__ == "__main__":
    sys.exit(main())
