#!/bin/sh
# Runs tests/outsider/check.py with any Python >= 3.12 of this machine, in an environment of its own (.venv/outsider).
set -eu
cd "$(dirname "$0")/../.."

new_enough() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; }

python=""
for candidate in ${PYTHON_FOR_TELEGRAM_TEST:-} python3.12 python3.13 python3.14 python3 \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[2-9]*/bin/python3; do
    if new_enough "$candidate"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "left out: the tg-auto-test check (no Python >= 3.12 found; name one with PYTHON_FOR_TELEGRAM_TEST=/path/to/python)"
    [ -n "${OPTIONAL:-}" ] && exit 0
    exit 1
fi

env=.venv/outsider
wanted=$("$python" -c 'import sys; print(sys.version.split()[0])')-$(cksum < requirements-telegram-test.txt | cut -d' ' -f1)
if [ "$(cat "$env/installed" 2>/dev/null || true)" != "$wanted" ]; then
    rm -rf "$env"
    "$python" -m venv "$env"
    "$env/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-telegram-test.txt
    echo "$wanted" > "$env/installed"
fi
exec "$env/bin/python" -m tests.outsider.check
