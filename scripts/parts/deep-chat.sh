#!/usr/bin/env bash
# deep-chat, a chat widget from npm, for the tests of the browser connector: .venvs/deep-chat/deepChat.bundle.js
set -euo pipefail
cd "$(dirname "$0")/../.."

version=2.4.2
home=.venvs/deep-chat
if [ "$(cat "$home/.version" 2>/dev/null || true)" = "$version" ]; then exit 0; fi
if ! command -v npm >/dev/null; then
  echo "deep-chat: no npm here; the tests with a widget from npm are skipped" >&2
  exit 0
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# The bundle is ready to be loaded: nothing is built, and no script of the package runs.
if ! (cd "$scratch" && timeout 300 npm pack --silent --ignore-scripts "deep-chat@$version" >/dev/null 2>&1 && tar xzf deep-chat-*.tgz); then
  echo "deep-chat: npm could not fetch it; the tests with a widget from npm are skipped" >&2
  exit 0
fi
mkdir -p "$home"
cp "$scratch/package/dist/deepChat.bundle.js" "$scratch/package/LICENSE" "$home/"
echo "$version" >"$home/.version"
