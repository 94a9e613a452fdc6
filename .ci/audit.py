"""Asks whether a package we run on has a known hole; says so when nobody can be asked."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

COMMAND = ("-m", "pip_audit", "--local", "--skip-editable", "--format=json")

_NO_WAY_OUT = re.compile(
    r"ConnectionError|ConnectTimeout|ReadTimeout|resolve|Max retries|ProxyError"
)


def main() -> int:
    """Audit the environment this runs in; return what the shell should see."""
    done = subprocess.run(
        [sys.executable, *COMMAND, "--progress-spinner=off"],
        capture_output=True,
        text=True,
        check=False,
    )
    is_good, words = verdict(done.stdout, done.stderr)
    print(words)
    return 0 if is_good else 1


def verdict(output: str, errors: str) -> tuple[bool, str]:
    """Return whether CI may go on, and what it tells.

    A service out of reach makes nothing red, since nothing is wrong with the
    code, and nothing green either: it is said that nobody was asked.
    """
    try:
        packages: list[dict[str, Any]] = json.loads(output)["dependencies"]
    except ValueError:
        if _NO_WAY_OUT.search(errors):
            return True, _not_audited("the service of known holes is out of reach")
        return False, f"pip-audit failed:\n{errors}"
    holes = [
        f"{package['name']} {package['version']}: {hole['id']}, mended in {hole['fix_versions']}"
        for package in packages
        for hole in package.get("vulns", ())
    ]
    asked = [package["name"] for package in packages if "skip_reason" not in package]
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    if holes:
        return False, "\n".join(["Known holes:", *holes])
    if not asked:
        return True, _not_audited(f"the service knows none of {len(unknown)} packages from here")
    return True, f"{len(asked)} packages without a known hole; not asked: {unknown or 'none'}"


def _not_audited(why: str) -> str:
    return f"NOT AUDITED: {why}. Whether a package has a known hole is open."


if __name__ == "__main__":
    sys.exit(main())
