#!/usr/bin/env bash
# Chromium for the tests and the example of the browser connector. Says what to do where it can't be had, and ends with 0.
set -euo pipefail

for name in chromium-headless-shell chromium chromium-browser google-chrome-stable google-chrome; do
  if command -v "$name" >/dev/null; then exit 0; fi
done
if ! command -v apt-get >/dev/null; then
  echo "chromium: none here; install Chromium or Chrome by hand for the browser tests" >&2
  exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "chromium: none here; for the browser tests: sudo apt-get install chromium" >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
# The headless shell is the same browser without windows, and opens pages in half the time; not every release has it.
get() { timeout 600 apt-get install -y -qq --no-install-recommends "$@" fonts-dejavu-core >/dev/null 2>&1; }
install() { get chromium-headless-shell || get chromium; }
install || { timeout 300 apt-get update -qq >/dev/null 2>&1 && install; } \
  || echo "chromium: apt-get could not install it; the browser tests are skipped" >&2
exit 0
