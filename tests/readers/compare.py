"""Export the sample to every form, and compare what the real readers find with the release.

python -m tests.readers.compare RELEASE... --environments FOLDER --work FOLDER
"""

import argparse
import json
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq

from interleaf.releases.export_run import load_export_settings, run_export
from spark_jobs.run.session import open_session

HERE = Path(__file__).parent
# Form, reader: the name of its environment, "" for this one; arguments before the folder.
READERS = (
    ("parquet", "datasets", ("read_datasets.py",)),
    ("webdataset", "webdataset", ("read_webdataset.py",)),
    ("energon", "energon", ("read_energon.py",)),
    ("mds", "mds", ("read_mds.py",)),
    ("llava", "", ("read_fields.py", "llava")),
    ("llava", "", ("read_fields.py", "ms-swift")),
    ("mmc4", "", ("read_fields.py", "mmc4")),
)
Parts = list[list[str]]


def released(folder: Path) -> dict[str, Parts]:
    """What a release holds, by doc_id: texts, and pictures as the hash of the bytes stored."""
    stored = {}
    for row in pq.read_table(folder / "images", columns=["sha256", "image"]).to_pylist():
        stored[row["sha256"]] = sha256(row["image"]["bytes"]).hexdigest()
    found: dict[str, Parts] = {}
    for row in pq.read_table(folder / "data").to_pylist():
        parts: Parts = []
        for text, fact in zip(row["texts"], json.loads(row["metadata"]), strict=True):
            if text is not None:
                parts.append(["text", text])
            elif fact.get("sha256") in stored:
                parts.append(["image", stored[fact["sha256"]]])
        found[json.loads(row["general_metadata"])["doc_id"]] = parts
    return found


def as_form(form: str, parts: Parts) -> Parts | None:
    """What a form is to hold of a document; None where it has no place for it."""
    if form not in ("llava", "mmc4"):
        return parts
    escaped = [
        [kind, value.replace("<image>", "&lt;image&gt;") if kind == "text" else value]
        for kind, value in parts
    ]
    if form == "mmc4":
        return joined(escaped)
    if len(parts) < 2 or all(kind == "image" for kind, _ in parts):
        return None
    return joined(escaped)


def joined(parts: Parts) -> Parts:
    """The parts, texts side by side as one: data/ joins sentences, and markers part texts."""
    found: Parts = []
    for kind, value in parts:
        if kind == "text" and found and found[-1][0] == "text":
            found[-1][1] += f"\n{value}"
        else:
            found.append([kind, value.strip("\n") if kind == "text" else value])
    return found


def read_by(python: str, script: tuple[str, ...], folder: Path) -> tuple[str, dict[str, Parts]]:
    """Run a reader in its environment; return what it calls itself and what it found."""
    command = [python, str(HERE / script[0]), *script[1:], str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{script} failed on {folder}:\n{done.stderr[-4000:]}")
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    found = {line["id"]: line["parts"] for line in lines if "id" in line}
    for line in lines:
        if "counted" in line and line["counted"] != len(found):
            raise SystemExit(f"{script} counts {line['counted']} documents, reads {len(found)}")
    return lines[0]["read_by"], found


def run_card(python: str, folder: Path) -> None:
    """Run the lines of the card that read the export, in its folder, as a person would."""
    card = (folder / "README.md").read_text("utf-8")
    code = card.partition("```python\n")[2].partition("```")[0]
    done = subprocess.run(
        [python, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode or not done.stdout:
        raise SystemExit(f"the lines of {folder}/README.md fail:\n{done.stderr[-3000:]}")


def main() -> None:
    """Compare, and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("releases", nargs="+", type=Path)
    parser.add_argument("--environments", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--shard-size", default="100KB")
    given = parser.parse_args()
    with open_session("make readers"):  # one for all exports
        wrong = compare(given)
    raise SystemExit(1 if wrong else 0)


def compare(given: argparse.Namespace) -> int:
    """Export, read, print a line for each reader; return how many found something else."""
    wrong = 0
    for release in given.releases:
        held = released(release)
        for form, environment, script in READERS:
            if form == "mmc4" and not (release / "jsonl").is_dir():
                continue
            out = given.work / f"{release.name}-{form}"
            if not (out / "SHA256SUMS").exists():
                shutil.rmtree(out, ignore_errors=True)
                wanted_form = {"release": str(release), "to": form, "out": str(out)}
                run_export(load_export_settings((), wanted_form, given.shard_size))
            python = given.environments / environment / "bin/python"
            interpreter = str(python.absolute()) if environment else sys.executable
            name, found = read_by(interpreter, script, out)
            run_card(interpreter, out)
            if form == "mmc4":
                found = {key: joined(parts) for key, parts in found.items()}
            wanted = {key: as_form(form, parts) for key, parts in held.items()}
            kept = {key: parts for key, parts in wanted.items() if parts is not None}
            pictures = sum(kind == "image" for parts in found.values() for kind, _ in parts)
            same = found == kept
            wrong += not same
            shards = len(json.loads((out / "shards.json").read_text())["shardlist"])
            print(
                f"{release.name} {form}: {name}: {len(found)} documents, {pictures} pictures,"
                f" {shards} shards: {'as in the release' if same else 'DIFFERENT'}",
                flush=True,
            )
            for key in [key for key in kept if found.get(key) != kept[key]][:3]:
                print(f"  {key}:\n   wanted {kept[key]}\n   found  {found.get(key)}"[:1500])
    return wrong


if __name__ == "__main__":
    main()
