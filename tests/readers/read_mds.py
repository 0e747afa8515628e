"""Read an export with MosaicML's streaming: python read_mds.py FOLDER."""

import json
import sys
from hashlib import sha256
from importlib.metadata import version

from streaming import StreamingDataset

print(json.dumps({"read_by": f"mosaicml-streaming {version('mosaicml-streaming')}"}))
pages = StreamingDataset(local=sys.argv[1], shuffle=False, batch_size=1)
for page in pages:
    parts = []
    for part in page["sequence"]:
        if "text" in part:
            parts.append(["text", part["text"]])
        else:
            body = page["images"][part["offset"] : part["offset"] + part["size_bytes"]]
            parts.append(["image", sha256(body).hexdigest()])
    print(json.dumps({"id": page["doc_id"], "parts": parts}))
print(json.dumps({"counted": len(pages)}))
