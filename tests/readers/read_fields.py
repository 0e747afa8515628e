"""Read the fields that OpenFlamingo, LLaVA-NeXT and ms-swift read: read_fields.py FORM FOLDER.

These are no libraries that can be installed beside each other; their code reads:
OpenFlamingo, train/data.py: text_list, image_info[].image_base64, .matched_sim,
.matched_text_index, similarity_matrix. LLaVA-NeXT, train/train.py: id, image (list), conversations
(from, value; human first), <image>. ms-swift, dataset/preprocessor/core.py: messages (role,
content), images; markers in the order of the pictures.
"""

import json
import re
import sys
import tarfile
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

FORM, FOLDER = sys.argv[1], Path(sys.argv[2])
Parts = list[list[str]]


def open_flamingo() -> Iterator[tuple[str, Parts]]:
    """Sentences with the pictures that name them in front, as OpenFlamingo puts them together."""
    for path in sorted(FOLDER.glob("data/*.tar")):
        with tarfile.open(path) as tar:
            for member in tar:
                assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.json", member.name)
                page = json.load(tar.extractfile(member))  # type: ignore[arg-type]
                assert len(page["similarity_matrix"]) == len(page["image_info"])
                parts: Parts = []
                for place, text in enumerate(page["text_list"]):
                    for info, row in zip(
                        page["image_info"], page["similarity_matrix"], strict=True
                    ):
                        assert len(row) == len(page["text_list"])
                        assert isinstance(info["matched_sim"], float)
                        if info["matched_text_index"] == place:
                            body = b64decode(info["image_base64"])
                            parts.append(["image", sha256(body).hexdigest()])
                    parts.append(["text", text])
                yield page["doc_id"], parts


def llava() -> Iterator[tuple[str, Parts]]:
    for path in sorted(FOLDER.glob("data/*.json")):
        for page in json.loads(path.read_text("utf-8")):
            turns = page["conversations"]
            assert [turn["from"] for turn in turns] == ["human", "gpt"]
            for turn in turns:  # what LLaVA-NeXT would move to the front
                assert turn["value"].count("<image>") != 1 or turn["value"].startswith("<image>")
            yield page["id"], marked("\n".join(turn["value"] for turn in turns), page["image"])


def swift() -> Iterator[tuple[str, Parts]]:
    ids = [page for page, _ in llava()]  # lines stand in the same order, without an id
    lines = [
        json.loads(line)
        for path in sorted(FOLDER.glob("messages/*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    for doc_id, line in zip(ids, lines, strict=True):
        (message,) = line["messages"]
        assert message["role"] == "assistant"
        yield doc_id, marked(message["content"], line["images"])


def marked(text: str, paths: list[str]) -> Parts:
    """Texts and pictures of a text with markers; texts between two markers come as one."""
    pieces = text.split("<image>")
    assert len(pieces) == len(paths) + 1
    bodies = [["image", sha256((FOLDER / path).read_bytes()).hexdigest()] for path in paths]
    parts: Parts = []
    for place, piece in enumerate(pieces):
        if piece.strip("\n"):
            parts.append(["text", piece.strip("\n")])
        parts += bodies[place : place + 1]
    return parts


READERS: dict[str, Any] = {"mmc4": open_flamingo, "llava": llava, "ms-swift": swift}
NAMES = {"mmc4": "OpenFlamingo", "llava": "LLaVA-NeXT", "ms-swift": "ms-swift"}
print(json.dumps({"read_by": f"the fields that {NAMES[FORM]} reads"}))
for doc_id, found in READERS[FORM]():
    print(json.dumps({"id": doc_id, "parts": found}))
