"""Read an export with webdataset: python read_webdataset.py FOLDER."""

import json
import sys
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import webdataset

folder = Path(sys.argv[1])
shards = sorted(str(path) for path in folder.glob("data/*.tar"))
print(json.dumps({"read_by": f"webdataset {version('webdataset')}"}))
for sample in webdataset.WebDataset(shards, shardshuffle=False, empty_check=False):
    page = json.loads(sample["json"])
    parts = [
        ["text", text] if name is None else
        # The library knows a member by what follows the key.
        ["image", sha256(sample[name.removeprefix(f"{sample['__key__']}.")]).hexdigest()]
        for text, name in zip(page["texts"], page["images"], strict=True)
    ]  # fmt: skip
    print(json.dumps({"id": page["facts"]["doc_id"], "parts": parts}))
index = json.loads((folder / "shards.json").read_text())["shardlist"]
print(json.dumps({"counted": sum(shard["nsamples"] for shard in index)}))
