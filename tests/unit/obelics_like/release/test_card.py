import io
import re
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from huggingface_hub import DatasetCard
from markdown_it import MarkdownIt
from PIL import Image as Picture

from obelics_like.release.card import card_text
from obelics_like.release.facts import ReleaseFacts
from webdoc.arrow import to_batch
from webdoc.exporters.documents import ReleaseRow
from webdoc.picture.faces import FaceSettings
from webdoc.picture.safety import SafetySettings
from webdoc.release.alignment_spread import AlignmentFacts, CosineCount
from webdoc.release.figures import size_category
from webdoc.release.files import ReleaseFile
from webdoc.tables.images import ImageBytes, PublishedImage

# Source: the Hub's documentation of dataset cards (datasetcard.md of its hub-docs).
MULTILINGUALITY = {"monolingual", "multilingual", "translation", "other"}
CREATORS = {"found", "crowdsourced", "expert-generated", "machine-generated", "other"}
TASKS = {"image-text-to-text", "text-generation"}  # both are tasks of the Hub
SIZES = [
    *("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B"),
    *("1B<n<10B", "10B<n<100B", "100B<n<1T", "n>1T"),
]


@pytest.mark.parametrize(
    ("safety", "source", "sentence"),
    [
        (SafetySettings(), "warc", "pictures are not looked at for it."),
        (SafetySettings("opennsfw"), "warc", "the model `opennsfw` leaves out some such pictures."),
        (SafetySettings("opennsfw", policy="keep"), "warc", "pictures are not looked at for it."),
        (SafetySettings("opennsfw"), "none", "pictures are not looked at for it."),
    ],
)
def test_the_card_says_whether_pictures_were_looked_at(
    facts: ReleaseFacts, safety: SafetySettings, source: str, sentence: str
) -> None:
    images = replace(facts.settings.images, source=source)  # type: ignore[arg-type]
    settings = replace(facts.settings, safety=safety, images=images)

    assert f"pornographic text; {sentence}\n" in card_text(replace(facts, settings=settings))


@pytest.mark.parametrize(
    ("settings", "source", "sentence"),
    [
        (FaceSettings(), "warc", "No step looks for faces."),
        (FaceSettings("mtcnn"), "none", "No step looks for faces."),
        (FaceSettings("mtcnn"), "warc", "of 12 published images 3 show at least one, 5 in all."),
        (
            FaceSettings("mtcnn", max_faces=4),
            "warc",
            "5 in all. Images with more than 4 were left out.",
        ),
    ],
)
def test_the_card_says_how_many_faces_there_are(
    facts: ReleaseFacts, settings: FaceSettings, source: str, sentence: str
) -> None:
    """Nine images without, two with one face, one with three: five faces in three of twelve."""
    images = replace(facts.settings.images, source=source)  # type: ignore[arg-type]
    run = replace(facts.settings, faces=settings, images=images)
    counted = ((0, 9), (1, 2), (3, 1))

    assert f"{sentence}\n" in card_text(replace(facts, settings=run, faces=counted))


def without_images(facts: ReleaseFacts) -> ReleaseFacts:
    return replace(facts, files=facts.files[:1])


def test_front_matter_is_what_the_hub_documents(facts: ReleaseFacts) -> None:
    data = DatasetCard(card_text(facts)).data.to_dict()

    assert data["pretty_name"] == "tide-tables: --- <b>"
    assert data["license"] == "other"
    assert data["language"] == ["en"]
    assert data["size_categories"] == ["n<1K"]
    assert set(data["multilinguality"]) <= MULTILINGUALITY
    assert set(data["language_creators"]) <= CREATORS
    assert data["source_datasets"] == ["original"]
    assert set(data["task_categories"]) == TASKS
    assert all(re.fullmatch(r"[a-z-]+", tag) for tag in data["tags"])
    assert data["configs"] == [
        {"config_name": "default", "data_files": [{"split": "train", "path": "data/*.parquet"}]},
        {"config_name": "images", "data_files": [{"split": "train", "path": "images/*.parquet"}]},
    ]
    documents, info = data["dataset_info"]
    assert documents["config_name"] == "default"
    assert documents["features"][0] == {"name": "images", "list": "string"}
    assert info["config_name"] == "images"
    assert info["download_size"] == 17_000  # of both files
    assert info["features"][-1] == {"name": "image", "dtype": "image"}


def test_without_image_files_there_is_one_configuration(facts: ReleaseFacts) -> None:
    card = DatasetCard(card_text(without_images(facts)))

    assert [config["config_name"] for config in card.data.to_dict()["configs"]] == ["default"]
    infos = card.data.to_dict()["dataset_info"]
    assert [info["config_name"] for info in infos] == ["default"]
    assert "images are URLs" in card.text
    assert '"images", split' not in card.text


@pytest.mark.parametrize(("power", "name"), list(enumerate(SIZES, start=3)))
def test_size_categories_are_those_of_the_hub(power: int, name: str) -> None:
    assert size_category(10**power - 1) == name
    if power < 13:
        assert size_category(10**power) != name


@pytest.mark.parametrize(
    ("codes", "language", "multilinguality"),
    [
        (("fr", "zh"), ["fr", "zh"], ["multilingual"]),
        (("nds",), ["nds"], ["monolingual"]),
        (("", "zh-Hant", "no: yes"), None, None),
    ],
)
def test_only_language_codes_reach_the_front_matter(
    facts: ReleaseFacts, codes: tuple[str, ...], language: object, multilinguality: object
) -> None:
    counted = replace(facts, languages=tuple((code, 1) for code in codes))

    data = DatasetCard(card_text(counted)).data.to_dict()

    assert data.get("language") == language
    assert data.get("multilinguality") == multilinguality


def test_hostile_text_stays_text(facts: ReleaseFacts) -> None:
    """The rendered card has no element but those we write, and the fence of the example holds."""
    text = DatasetCard(card_text(facts)).text

    tokens = MarkdownIt("commonmark").enable("table").parse(text)

    raw = [token.content.strip() for token in tokens if token.type == "html_block"]
    assert raw == ["<details><summary>All settings</summary>", "</details>"]
    inline = [child for token in tokens for child in token.children or ()]
    assert not [child for child in inline if child.type == "html_inline"]
    links = [child.attrs["href"] for child in inline if child.type == "link_open"]
    assert links == ["https://arxiv.org/abs/2306.16527"]
    assert [token.info for token in tokens if token.type == "fence"] == [
        *("python", "json", "toml", "bibtex")
    ]
    shown = ["".join(c.content for c in token.children or ()) for token in tokens]
    assert "*_|<script>`" in shown


def test_every_row_of_a_table_has_as_many_cells_as_its_head(facts: ReleaseFacts) -> None:
    tables = re.findall(r"(?:^\|.*\n?)+", card_text(facts), re.MULTILINE)

    assert len(tables) == 13
    for table in tables:
        bars = [len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()]
        assert len(set(bars)) == 1


def test_the_card_says_what_was_counted(facts: ReleaseFacts) -> None:
    text = card_text(facts)

    assert "**3** documents, **9** images, **30** paragraphs and **900** words" in text
    missing = "its bytes are nowhere to be had"
    assert f"| `image_missing` | {missing} | 1,491 | 99.4 % |" in text
    assert "| **`kept`** | in the release | 30 | 50.0 % |" in text
    assert "- perplexity: not judged, no model given (perplexity.kenlm\\_model)" in text
    assert "| `en` | 2 |\n| not known | 1 |" in text
    assert "| 3 to 5 | 2 |" in text


def test_no_place_of_this_machine_is_named(facts: ReleaseFacts) -> None:
    assert "somebody" not in card_text(facts)


def test_a_release_without_documents_has_a_card(facts: ReleaseFacts) -> None:
    empty = ReleaseFacts(facts.settings, "0.1.0", (), (), (), (), (), (), ())

    assert DatasetCard(card_text(empty)).data.to_dict()["size_categories"] == ["n<1K"]


def write_release(folder: Path, facts: ReleaseFacts) -> None:
    """Write files as a release has them: one document that shows one picture, and the card."""
    buffer = io.BytesIO()
    Picture.new("RGB", (7, 5), "teal").save(buffer, "PNG")
    row = ReleaseRow(
        ("https://e.org/a.png", None),
        (None, "Tides"),
        '[{"sha256":"ab","alt_text":"The sea"},null]',
        '{"url":"https://e.org/"}',
    )
    picture = PublishedImage(
        "ab", "https://e.org/a.png", "png", 7, 5, 99, ImageBytes(buffer.getvalue(), "ab.png")
    )
    for name, record in (("data", row), ("images", picture)):
        (folder / name).mkdir()
        batch = to_batch([record], type(record))
        pq.write_table(
            pa.Table.from_batches([batch]), folder / name / "train-00000-of-00001.parquet"
        )
    (folder / "funnel.csv").write_text("level,reason\n")
    (folder / "README.md").write_text(card_text(facts), encoding="utf-8")


def test_the_code_on_the_card_reads_the_release(facts: ReleaseFacts, tmp_path: Path) -> None:
    pytest.importorskip("datasets", reason="needs the dev extra: datasets")
    write_release(tmp_path, facts)
    found = re.search(r"```python\n(.*?)\n```", card_text(facts), re.DOTALL)
    assert found
    code = found[1].replace("os.getcwd()", repr(str(tmp_path)))
    names: dict[str, object] = {}

    with redirect_stdout(io.StringIO()) as printed:
        exec(code, names)  # our own text, of the line above

    assert printed.getvalue() == "[image https://e.org/a.png: The sea]\nTides\n"
    (shown,) = names["shown"]  # type: ignore[misc]
    assert shown.size == (7, 5)


def test_clusters_are_a_configuration_of_their_own(facts: ReleaseFacts) -> None:
    clusters = ReleaseFile("clusters/train-00000-of-00001.parquet", 2, 900, "c" * 64)
    with_clusters = DatasetCard(card_text(replace(facts, files=(*facts.files, clusters))))

    names = [config["config_name"] for config in with_clusters.data.to_dict()["configs"]]
    assert names == ["default", "images", "clusters"]
    assert "| `keeper` |" in with_clusters.text
    assert "| `keeper` |" not in card_text(facts)


def test_what_was_done_about_near_copies_is_said(facts: ReleaseFacts) -> None:
    settings = facts.settings
    lists = replace(settings.decontamination, texts=("/home/somebody/exam.jsonl",))
    off = replace(settings.near_duplicates, texts=False)

    said = card_text(replace(facts, settings=replace(settings, decontamination=lists)))
    silent = card_text(replace(facts, settings=replace(settings, near_duplicates=off)))

    assert "Near-copies of the texts listed in `exam.jsonl` are marked." in said
    assert "similarity of 0.8 or more in runs of 5 words (128 MinHash values)" in said
    assert "somebody" not in said
    assert "MinHash values" not in silent


def test_who_said_no_is_counted(facts: ReleaseFacts) -> None:
    refused = replace(facts, refusals=(("document", "noai", 1234), ("image", "robots_txt", 2)))
    text = card_text(refused)
    assert "| document | `noai` | 1,234 |\n| image | `robots_txt` | 2 |" in text
    assert "`tdm_reservation`" in text.partition("## Permission")[2]
    assert "None of them left anything out." in card_text(replace(facts, refusals=()))


def test_the_card_says_how_well_images_fit_only_where_they_were_compared(
    facts: ReleaseFacts,
) -> None:
    compared = AlignmentFacts(
        "ViT-B-32:openai", "0" * 16, (CosineCount("best", 30, 3), CosineCount("best", 32, 6))
    )

    said = card_text(replace(facts, alignment=compared))

    assert "| the best of these | 9 | 0.32 | 100.0% |" in said  # (3 x 0.305 + 6 x 0.325) / 9
    assert "## Alignment" not in card_text(facts)
