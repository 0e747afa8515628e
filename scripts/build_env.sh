#!/bin/sh
# Make dist/interleaf-env.tar.gz: our packages and all that they need, for spark-submit
# --archives dist/interleaf-env.tar.gz#environment. The Python in it is a link to the one that it is
# made with, so the nodes of the cluster need that minor version at the same place: PYTHON=/usr/bin/python3.11.
# EXTRAS=clip,safety adds optional packages. Spark is not in it: a cluster has its own.
set -eu
cd "$(dirname "$0")/.."
target=${1:-dist/interleaf-env.tar.gz}
python=${PYTHON:-$(.venv/bin/python -c 'import os, sys; print(os.path.realpath(sys.executable))')}
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
mkdir -p "$(dirname "$target")"

uv build --quiet --wheel --no-build-isolation --python .venv/bin/python --out-dir "$build/wheel"
wheel=$(echo "$build"/wheel/*.whl)
uv venv --quiet --relocatable --python "$python" "$build/env"
# The versions of the lock, without its hashes: those of our own wheel stand in no lock.
sed -n 's/^\([A-Za-z0-9][^\\]*==[^\\]*\) *\\$/\1/p' requirements.lock >"$build/pins.txt"
uv pip install --quiet --python "$build/env/bin/python" --constraint "$build/pins.txt" \
    "$wheel${EXTRAS:+[$EXTRAS]}"
uv pip uninstall --quiet --python "$build/env/bin/python" pyspark py4j
"$build/env/bin/python" -m compileall -q "$build/env/lib" || true
tar -C "$build/env" -czf "$target" .
echo "$target: $(du -h "$target" | cut -f1), Python $("$python" -c 'import platform; print(platform.python_version())') at $python"
