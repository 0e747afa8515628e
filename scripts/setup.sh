#!/bin/sh
# Bring this checkout to where `make demo` and `make test` run: system packages, uv, .venv, our code.
# As root on Debian or Ubuntu what is missing comes through apt; else one sentence says what to type.
set -eu
cd "$(dirname "$0")/.."

say() { printf 'interleaf: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

find_python() {
    for name in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
}

# Spark starts Java with --add-modules=jdk.incubator.vector, which small runtimes leave out.
java_works() {
    java_modules=$("${JAVA_HOME:+$JAVA_HOME/bin/}java" --list-modules 2>/dev/null) || return 1
    java_major=$(printf '%s\n' "$java_modules" | sed -n 's/^java\.base@\([0-9]*\).*/\1/p')
    [ "${java_major:-0}" -ge 17 ] && case $java_modules in *jdk.incubator.vector@*) ;; *) false ;; esac
}

java_package() {
    for version in 21 17 25; do
        # `apt-cache show` also succeeds for a name that others mention and nobody offers.
        if apt-cache policy "openjdk-$version-jre-headless" 2>/dev/null | grep -q 'Candidate: [^(]'; then
            echo "openjdk-$version-jre-headless"
            return
        fi
    done
    echo default-jre-headless
}

has_module() { "$python" -c "import $1" 2>/dev/null; }

# Debian splits the standard library: venv imports without ensurepip, but cannot make anything.
uv_works() { uv --version >/dev/null 2>&1; }
uv_can_be_had() { uv_works || has_module ensurepip || has_module pip; }

install_system_packages() {
    uv_can_be_had && java_works && return
    if [ -n "${JAVA_HOME:-}" ] && ! java_works; then
        fail "JAVA_HOME is $JAVA_HOME, which is no Java 17 or newer with the module" \
            "jdk.incubator.vector; set it to one that is, or unset it."
    fi
    root_apt=false
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        root_apt=true
        apt-get update -qq
    fi
    packages=
    uv_can_be_had || packages=$("$python" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')
    java_works || packages="$packages $(java_package)"
    packages=${packages# }
    if ! $root_apt; then
        fail "this machine lacks what Debian and Ubuntu call $packages; as root, type:" \
            "apt-get update && apt-get install -y $packages"
    fi
    say "installing $packages"
    # shellcheck disable=SC2086  # several packages, one word each
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null ||
        fail "apt could not install $packages; its message stands above."
    java_works || fail "the java on PATH is still not 17 or newer with jdk.incubator.vector;" \
        "set JAVA_HOME to the one that $packages installed under /usr/lib/jvm."
}

# The lock names uv too, so that even the installer comes in one version, checked by its hashes.
install_uv() {
    mkdir -p .cache
    sed -n '/^uv==/,/^ *# via/p' requirements.lock >.cache/uv.lock
    say "installing uv into .cache"
    if has_module ensurepip; then
        "$python" -m venv .cache/uv
        .cache/uv/bin/python -m pip install --quiet --disable-pip-version-check \
            --require-hashes -r .cache/uv.lock
    else
        "$python" -m pip install --quiet --disable-pip-version-check --target .cache/uv --upgrade \
            --require-hashes -r .cache/uv.lock
    fi
}

install_environment() {
    PATH=$PWD/.cache/uv/bin:$PATH
    uv_works || install_uv
    # One package index for both installers, and the certificates that this machine trusts.
    [ -z "${PIP_INDEX_URL:-}" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$PIP_INDEX_URL}"
    export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}" UV_HTTP_TIMEOUT="${UV_HTTP_TIMEOUT:-300}"
    if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        uv venv --quiet --clear --python "$python" .venv
    fi
    say "installing the packages of requirements.lock into .venv (about 7 GB, some minutes; torch is most of it)"
    uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements.lock
    uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
}

python=$(find_python)
[ -n "$python" ] || fail "no Python 3.11 or newer was found; install one, or name it: make install PYTHON=/path/to/python3"
install_system_packages
install_environment
