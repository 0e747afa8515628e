"""How fast each form is read, beside reading the same bytes from one flat file.

python -m benchmarks.loading --environments .cache/readers --work FOLDER

The corpus is made here: pages of some texts and pictures of noise, stored as publishing stores
them. `make readers` makes the environments. Figures of one run compare with each other only.
"""

import argparse
import json
import os
import random
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from interleaf.releases.export_run import load_export_settings, run_export
from obelics_like.release.card import card_text
from obelics_like.release.facts import ReleaseFacts
from obelics_like.settings import ObelicsSettings
from spark_jobs.run.files import write_parquet
from spark_jobs.run.session import open_session
from webdoc.arrow import schema_of, to_batch
from webdoc.exporters.documents import ReleaseRow
from webdoc.run_settings import ReleaseSettings
from webdoc.tables.images import ImageBytes, PublishedImage

PICTURES, PICTURE_BYTES, TEXTS, WORDS = 3, 60_000, 6, 60
READERS = {  # what is read, the form that is exported, the environment
    "release, interleaf.open": ("", ""),
    "parquet, interleaf.open": ("parquet", ""),
    "parquet, datasets": ("parquet", "datasets"),
    "webdataset": ("webdataset", "webdataset"),
    "energon": ("energon", "energon"),
    "mds": ("mds", "mds"),
}


def make_release(folder: Path, documents: int) -> None:
    """Write a release whose pictures stand in another order than its documents, and a flat file."""
    chance = random.Random(0)
    rows, pictures, sizes = [], [], []
    folder.mkdir(parents=True)
    with (folder / "flat").open("wb") as flat:
        for number in range(documents):
            doc_id = f"{chance.getrandbits(128):032x}"
            row, own = _page(doc_id, f"https://e.org/{number}", chance)
            rows.append(row)
            pictures += own
            body = "".join(text or "" for text in row.texts).encode()
            body += b"".join(picture.image.bytes for picture in own)
            sizes.append(flat.write(body))
    (folder / "flat.json").write_text(json.dumps(sizes))
    pictures.sort(key=lambda picture: picture.sha256)
    limits, out = ReleaseSettings(), str(folder)
    for path, records in (("data", rows), ("images", pictures)):
        kind = type(records[0])
        batches = (to_batch([record], kind) for record in records)
        name = f"{path}/train-00000-of-00001.parquet"
        write_parquet(out, name, batches, schema_of(kind), limits)
    facts = ReleaseFacts(ObelicsSettings(), "0", (), (), (), (("en", documents),), (), (), ())
    (folder / "README.md").write_text(card_text(facts), encoding="utf-8")
    (folder / "SHA256SUMS").write_text("")


def _page(doc_id: str, url: str, chance: random.Random) -> tuple[ReleaseRow, list[PublishedImage]]:
    images: list[str | None] = []
    texts: list[str | None] = []
    facts: list[dict[str, object] | None] = []
    pictures = []
    for place in range(TEXTS):
        if place < PICTURES:
            body = chance.randbytes(PICTURE_BYTES)
            digest = sha256(body).hexdigest()
            image = ImageBytes(body, f"{digest}.jpg")
            source = f"{url}/{place}.jpg"
            pictures.append(PublishedImage(digest, source, "jpeg", 600, 400, len(body), image))
            images.append(source)
            texts.append(None)
            facts.append({"src": source, "sha256": digest, "format": "jpeg", "alt_text": "noise"})
        images.append(None)
        texts.append(" ".join(f"word{chance.randrange(10_000)}" for _ in range(WORDS)))
        facts.append(None)
    general = json.dumps({"doc_id": doc_id, "url": url, "language": "en"})
    return ReleaseRow(tuple(images), tuple(texts), json.dumps(facts), general), pictures


def main() -> None:
    """Make the corpus and its exports, read them, print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--environments", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    release = given.work / "release"
    if not release.exists():
        make_release(release, given.documents)
    with open_session("benchmarks.loading"):
        for form in dict.fromkeys(form for form, _ in READERS.values() if form):
            if not (given.work / form / "SHA256SUMS").exists():
                wanted = {"release": str(release), "to": form, "out": str(given.work / form)}
                run_export(load_export_settings((), wanted, "50MB"))
    script = Path(__file__).with_name("loading_readers.py")
    print("| read | documents a second | time, flat file = 1 |\n|---|---|---|")
    for reader, (form, environment) in READERS.items():
        python = given.environments / environment / "bin/python" if environment else sys.executable
        folder = given.work / (form or "release")
        command = [str(python), str(script), reader, str(folder)]
        command += [str(release / "flat"), str(given.rounds)]
        paths = {} if environment else {"PYTHONPATH": str(Path.cwd())}  # ours is not in the others
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env={**os.environ, **paths}
        )
        if done.returncode:
            raise SystemExit(f"{reader} failed:\n{done.stderr[-3000:]}")
        line = json.loads(done.stdout.splitlines()[-1])
        speed, times = line["documents_a_second"], line["times_flat"]
        print(f"| {reader} | {speed:,.0f} | {times:.1f} |", flush=True)


if __name__ == "__main__":
    main()
