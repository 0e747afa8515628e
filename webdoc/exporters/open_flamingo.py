"""mmc4: tars of UUID.json in the fields of MMC4, the bytes of pictures inside, for OpenFlamingo."""

from base64 import b64encode
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from webdoc.release.exporter import Exporter
from webdoc.release.published import PublishedDocument
from webdoc.release.reserved import IMAGE_TOKEN
from webdoc.release.sample_files import SampleFiles, compact_json


def _row(document: PublishedDocument) -> SampleFiles:
    """Add the bytes to each picture; one without bytes leaves with its row of the matrix."""
    bodies = {part.facts["sha256"]: part.body for part in document.parts if part.body is not None}
    infos: list[dict[str, Any]] = []
    matrix: list[Any] = []
    placed = document.placed
    for info, similarities in zip(placed["image_info"], placed["similarity_matrix"], strict=True):
        body = bodies.get(info["sha256"])
        if body is not None:
            infos.append({**info, "image_base64": b64encode(body).decode("ascii")})
            matrix.append(similarities)
    table = {**placed, "image_info": infos, "similarity_matrix": matrix}
    return SampleFiles(_uuid(document.doc_id), compact_json(table))


def _uuid(doc_id: str) -> str:
    try:
        return str(UUID(hex=doc_id))
    except ValueError:
        return str(uuid5(NAMESPACE_URL, doc_id))


OPEN_FLAMINGO: Final = Exporter(
    name="mmc4",
    folder="data",
    record=SampleFiles,
    columns=(),
    one_row="One file is one document.",
    said="One `UUID.json` in a tar is one document in the fields of MMC4; each entry of"
    " `image_info` has the bytes of its picture in `image_base64`. OpenFlamingo leaves out pictures"
    " of 10 KB and less, and those below its own limit of similarity (`--mmc4_textsim_threshold`).",
    reading=(
        "import base64, json, os, tarfile",
        "",
        'for name in sorted(os.listdir("data")):',
        '    for file in (tar := tarfile.open(f"data/{name}")):',
        "        page = json.load(tar.extractfile(file))",
        '        for image in page["image_info"]:',
        '            print(page["text_list"][image["matched_text_index"]])',
        '            picture = base64.b64decode(image["image_base64"])',
    ),
    form="tar",
    row=_row,
    needs_pictures=True,
    needs_placed=True,
    reserved=(IMAGE_TOKEN, "<|endofchunk|>"),
)
