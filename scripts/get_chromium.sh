#!/usr/bin/env bash
# Make sure that the browser tests find a Chromium: the one on PATH, else Playwright's own download,
# else Debian's package (as root). Says which one it is; fails with advice when there is none.
set -euo pipefail

python=${PYTHON:-python3}

on_path() {
  local name
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" && return 0
  done
  return 1
}

from_playwright() {
  "$python" - <<'PYTHON'
import sys
from pathlib import Path
from playwright.sync_api import sync_playwright

with sync_playwright() as playwright:
    path = Path(playwright.chromium.executable_path)
    if not path.exists():
        sys.exit(1)
    playwright.chromium.launch(args=["--no-sandbox"]).close()
    print(path)
PYTHON
}

say() { echo "Browser tests use $1"; }

if found=$(on_path); then
  say "$found"
  exit 0
fi

if found=$(from_playwright 2>/dev/null); then
  say "$found"
  exit 0
fi

echo "No Chromium on PATH; asking Playwright for its own"
if PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT=15000 timeout 300 "$python" -m playwright install chromium \
  && found=$(from_playwright); then
  say "$found"
  exit 0
fi

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Playwright could not download one; installing Debian's package"
  if apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null \
    && found=$(on_path); then
    say "$found"
    exit 0
  fi
fi

cat >&2 <<'ADVICE'
No Chromium for the browser tests. Any one of these helps:
  - install Chromium or Google Chrome with the system's package manager, so that it is on PATH
  - as root on Debian or Ubuntu: apt-get install chromium
  - run everything else:  python -m pytest -m "not slow and not browser"
ADVICE
exit 1
