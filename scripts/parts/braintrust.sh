#!/usr/bin/env bash
# Braintrust's SDK, newest and lowest that the extra allows, for the tests against a stand-in on loopback: each in an
# environment of its own with what prebeta needs. Quick when they are there; exits 0 with a line where they can't be had.
set -u
cd "$(dirname "$0")/../.."
uv=$(command -v uv || echo .venv/bin/uv)

make() {  # folder, packages
  home=.venvs/$1 want="${*:2}"
  if [ "$(cat "$home/.made-from" 2>/dev/null)" = "$want" ] && cmp -s requirements-demo.lock "$home/.lock"; then return; fi
  if ! { "$uv" venv --quiet --clear --python .venv/bin/python "$home" \
    && timeout 300 "$uv" pip install --quiet --python "$home" -r requirements-demo.lock \
    && timeout 300 "$uv" pip install --quiet --python "$home" "${@:2}" \
    && echo "$want" >"$home/.made-from" && cp requirements-demo.lock "$home/.lock"; }; then
    echo "scripts/parts/braintrust.sh: ${*:2} can't be installed; its tests will be skipped" >&2
  fi
}

make braintrust braintrust==0.48.1 autoevals==0.4.1
make braintrust-lowest braintrust==0.5.0
exit 0
