#!/usr/bin/env bash
# Rasa, for the rasa connector's interop tests: in an environment of its own, as it needs Python 3.10, tensorflow and
# old pins (2.5 GB on disk; half a minute where the registry is near). Quick when it is there already; exits 0 with a line
# on stderr where it can't be had.
set -u
cd "$(dirname "$0")/../.."
want=rasa==3.6.20
home=.venvs/rasa
if [ "$(cat "$home/.made-from" 2>/dev/null)" = "$want" ] && [ -x "$home/bin/rasa" ]; then
  exit 0
fi
uv=.venv/bin/uv
[ -x "$uv" ] || uv=$(command -v uv || echo uv)
python=
for one in "$(command -v python3.10)" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.10.*/bin/python "$("$uv" python find --quiet --no-python-downloads 3.10 2>/dev/null)"; do
  # pyenv's shims are there also where they lead nowhere
  if [ -n "$one" ] && "$one" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null; then
    python=$one
    break
  fi
done
if [ -z "$python" ]; then
  echo "scripts/parts/rasa.sh: Rasa 3.6 needs a Python 3.10, and there is none here; its interop tests will be skipped" >&2
  exit 0
fi
# pkg_resources, which Rasa imports, left setuptools with release 81.
if "$uv" venv --quiet --clear --python "$python" "$home" \
  && timeout "${RASA_INSTALL_S:-1200}" "$uv" pip install --quiet --python "$home" "$want" 'setuptools<80'; then
  echo "$want" > "$home/.made-from"
else
  echo "scripts/parts/rasa.sh: Rasa can't be installed; its interop tests will be skipped" >&2
fi
