"""Read an export with datasets, streamed and whole: python read_datasets.py FOLDER."""

import json
import sys
import tempfile
from hashlib import sha256
from importlib.metadata import version

from datasets import Image, List, load_dataset

print(json.dumps({"read_by": f"datasets {version('datasets')}"}))
folder = sys.argv[1]
streamed = load_dataset(folder, "parquet", split="train", streaming=True)
assert streamed.features["images"] == List(Image())
for row in streamed.cast_column("images", List(Image(decode=False))):
    parts = [
        ["text", text] if image is None else ["image", sha256(image["bytes"]).hexdigest()]
        for text, image in zip(row["texts"], row["images"], strict=True)
    ]
    print(json.dumps({"id": row["doc_id"], "parts": parts}))
# Whole, each picture opened by Pillow.
with tempfile.TemporaryDirectory() as cache:
    rows = load_dataset(folder, "parquet", split="train", cache_dir=cache)
    opened = sum(image.size[0] > 0 for row in rows for image in row["images"] if image is not None)
    print(json.dumps({"counted": len(rows), "pictures_opened": opened}))
