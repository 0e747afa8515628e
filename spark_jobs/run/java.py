"""Whether there is a Java for Spark, looked at before anything else: a start without one hangs."""

import os
import re
import shutil
import subprocess
from pathlib import Path

_MIN_JAVA = 17  # Source: Spark 4 documentation, "Spark runs on Java 17/21"
_TIMEOUT_S = 20
_MEND = (
    "Install a Java runtime of version 17 or newer (Debian and Ubuntu: apt-get install "
    "default-jre-headless), or point JAVA_HOME to one. `interleaf doctor` looks at all that is "
    "needed."
)


class JavaError(Exception):
    """There is no Java that Spark can start; the message says how to mend it."""

    exit_status = 2


def check_java() -> None:
    """Refuse to begin where Spark cannot start; with a session that is open there is no need.

    Raises:
        JavaError: no Java runs here, or one that is too old.
    """
    if "PYSPARK_GATEWAY_PORT" in os.environ or _is_running():
        return
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    where = f"JAVA_HOME ({home})" if home else "PATH"
    if java is None or not os.access(java, os.X_OK):
        raise JavaError(f"Spark needs Java, and there is none in {where}. {_MEND}")
    try:
        said = subprocess.run(
            [java, "-version"], capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise JavaError(
            f"Spark needs Java, and that of {where} does not run: {error}. {_MEND}"
        ) from error
    version = re.search(r'version "(\d+)', said.stderr + said.stdout)
    if said.returncode or version is None:
        raise JavaError(f"Spark needs Java, and that of {where} does not run. {_MEND}")
    if int(version[1]) < _MIN_JAVA:
        raise JavaError(f"Spark needs Java {_MIN_JAVA}, and {where} has {version[1]}. {_MEND}")


def _is_running() -> bool:
    from pyspark import SparkContext  # noqa: PLC0415 - looking for Java alone does not need pyspark

    return SparkContext._gateway is not None
