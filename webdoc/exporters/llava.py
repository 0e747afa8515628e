"""llava: conversations with <image> and a folder of pictures, for LLaVA and for ms-swift."""

from dataclasses import dataclass
from typing import Final

from webdoc.release.exporter import Exporter
from webdoc.release.published import PublishedDocument, PublishedPart
from webdoc.release.reserved import IMAGE_TOKEN
from webdoc.release.sample_files import bodies_of, compact_json, pictures_of


@dataclass(frozen=True, slots=True)
class Conversation:
    """One document for either reader, and its pictures."""

    llava: str  # JSON: id, image, conversations
    messages: str  # JSON: messages, images
    paths: tuple[str, ...]  # of its pictures, under the folder of the export
    bodies: tuple[bytes, ...]  # likewise


def _row(document: PublishedDocument) -> Conversation | None:
    turns = two_turns(document.parts)
    if turns is None:
        return None
    pictures = pictures_of(document)
    paths = tuple(f"pictures/{part.name[:2]}/{part.name}" for part in pictures)
    asked, answered = (_written(turn) for turn in turns)
    llava = {
        "id": document.doc_id,
        "image": paths,
        "conversations": [
            {"from": "human", "value": asked},
            {"from": "gpt", "value": answered},
        ],
    }
    messages = {
        "messages": [{"role": "assistant", "content": _written(document.parts)}],
        "images": paths,
    }
    return Conversation(compact_json(llava), compact_json(messages), paths, bodies_of(pictures))


Turn = tuple[PublishedPart, ...]


def two_turns(parts: Turn) -> tuple[Turn, Turn] | None:
    """Cut a document into what a person shows and what the model goes on with; None: too short.

    LLaVA takes no conversation of one turn, and moves a lone <image> of a turn to the front of it.
    So the cut is where a picture begins the second turn, or else behind pictures that begin the
    document: no <image> is moved then. A document of texts alone is cut behind its first one.
    """
    images = [place for place, part in enumerate(parts) if part.text is None]
    texts = [place for place, part in enumerate(parts) if part.text is not None]
    if not texts or len(parts) < 2:
        return None
    behind_text = [place for place in images if place > texts[0]]
    cut = behind_text[0] if behind_text else (texts[0] or 1)
    return parts[:cut], parts[cut:]


def _written(parts: Turn) -> str:
    return "\n".join(IMAGE_TOKEN if part.text is None else part.text for part in parts)


LLAVA: Final = Exporter(
    name="llava",
    folder="data",
    record=Conversation,
    columns=(),
    one_row="One conversation is one document.",
    said="`data/*.json` are lists for LLaVA: `image` are the paths of the pictures in reading"
    " order, and `<image>` stands in the turns where they stand in the document. `messages/*.jsonl`"
    " are the same documents for ms-swift, each as one message of the assistant. Paths begin at the"
    " folder of this card: it is LLaVA's `--image_folder` and ms-swift's `ROOT_IMAGE_DIR`.",
    reading=(
        "import json, os",
        "",
        'for name in sorted(os.listdir("data")):',
        '    for page in json.load(open(f"data/{name}", encoding="utf-8")):',
        '        print(page["conversations"], page["image"])',
    ),
    form="json",
    row=_row,
    needs_pictures=True,
    # What LLaVA and ms-swift look for in texts.
    reserved=(IMAGE_TOKEN, "<video>", "<audio>"),
)
