"""What the commands on a finished corpus cost beside building it, in one run, as shares.

    python -m benchmarks.derived                 8,000 generated pages, image addresses only
    python -m benchmarks.derived --pages 2000

Seconds are those of processors: of the command, of Java and of its workers. Prints one JSON object.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.generated_pages import write_pages
from benchmarks.processes import taken

_LOOK_EVERY_S = 0.2


def cpu_seconds(*words: str) -> float:
    """Run a command of ours to its end, and return what it, Java and workers took."""
    command = [sys.executable, "-m", "interleaf", *words]
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)
        spent = 0.0
        while process.poll() is None:
            now = taken()  # Java is not waited for at the end, so its parent does not count it
            spent = max(spent, now.java_s + now.python_s)
            time.sleep(_LOOK_EVERY_S)
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{command} ended with {process.returncode}:\n{said.read()[-2000:]}")
    return spent


def page_urls(release: Path) -> list[str]:
    """Return the URL of each document of a release, in order."""
    rows = pq.read_table(release / "data", columns=["general_metadata"]).column(0).to_pylist()
    return [json.loads(row)["url"] for row in rows]


def measured(folder: Path, pages: int) -> dict[str, float]:
    """Build a corpus, then make others of it, and return what each took beside the building."""
    write_pages(folder / "in", pages)
    inputs = [str(path) for path in sorted((folder / "in").iterdir())]
    corpus = folder / "corpus"
    addresses_only = ("--set", "images.source=none", "--set", "documents.min_images=0")
    build_s = cpu_seconds("obelics", *inputs, "--out", str(corpus), *addresses_only)
    urls = page_urls(corpus)
    requests = folder / "requests.txt"
    requests.write_text("\n".join(urls[::100]) + "\n")

    def share(command: str, *words: str) -> float:
        out = ("--out", str(folder / command))
        return cpu_seconds(command, str(corpus), *words, *out) / build_s

    return {
        "documents": len(urls),
        "build_s": round(build_s, 1),
        "remove_one_percent": share("remove", "--list", str(requests)),
        "sample_one_percent": share("sample", "--share", "0.01"),
        "select_half": share("select", "--where", "word_count > 380"),
    }


def main() -> None:
    """Measure in a folder that is removed afterwards."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--pages", type=int, default=8000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measured(Path(folder), asked.pages), indent=1))


if __name__ == "__main__":
    main()
