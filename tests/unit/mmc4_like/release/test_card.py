from dataclasses import replace

import pytest
import yaml
from huggingface_hub import DatasetCard
from markdown_it import MarkdownIt

from mmc4_like.records import CandidateImage, Placement, Sentence, TextDocument
from mmc4_like.release.card import card_text
from mmc4_like.release.facts import OUTPUTS, CardFacts, SimilarityCount
from mmc4_like.release.funnel import funnel_of
from mmc4_like.tables import CandidateDocument, PlacedDocument
from webdoc.reasons import FunnelRow, Reason
from webdoc.release.alignment_spread import AlignmentFacts, CosineCount
from webdoc.release.croissant import croissant
from webdoc.release.facts import PermissionFacts, PictureChecks, SharedFacts
from webdoc.release.files import ReleaseFile


def image(number: int, reason: Reason | None = None) -> CandidateImage:
    return CandidateImage(f"https://e.org/{number}.png", "page", reject_reason=reason)


def placed(document: TextDocument, *placements: Placement) -> PlacedDocument:
    images = (image(0), image(1, Reason.IMAGE_SIZE), image(2))
    sentences = (Sentence(0, 8), Sentence(9, 13))
    return PlacedDocument(CandidateDocument(document, sentences, images), placements)


PLACEMENTS = (Placement(0, 1, 0.3), Placement(2, None, 0.1, Reason.UNPLACED_WEAK))
TEXT = "One two. Tré."


def test_the_funnel_accounts_for_everything() -> None:
    kept = TextDocument("a", "", TEXT)
    left = TextDocument("b", "", TEXT, reject_reason=Reason.DOCUMENT_WEAK_PLACEMENTS)

    rows = funnel_of([placed(kept, *PLACEMENTS), placed(left, *PLACEMENTS)])

    assert set(rows) == {
        FunnelRow("document", "kept", 1, 3, 14),
        FunnelRow("document", "document_weak_placements", 1, 3, 14),
        FunnelRow("sentence", "kept", 1, 1, 5),
        FunnelRow("sentence", "without_image", 1, 2, 8),
        FunnelRow("sentence", "in_rejected_document", 2, 3, 13),
        FunnelRow("image", "kept", 1),
        FunnelRow("image", "image_size", 2),
        FunnelRow("image", "unplaced_weak", 2),
        FunnelRow("image", "in_rejected_document", 1),
    }


def facts(*similarities: SimilarityCount, pictures: int = 3, **changes: object) -> CardFacts:
    shared = SharedFacts(
        name="a corpus",
        description="Texts with images.",
        licence="cc-by-4.0",
        version="1",
        preset="mmc4",
        settings='preset = "mmc4"\n',
        files=(
            ReleaseFile("data/train-00000-of-00001.parquet", 1200, 900, "d" * 64),
            ReleaseFile("mmc4/train-00000-of-00001.parquet", 1200, 800, "e" * 64),
            ReleaseFile("jsonl/docs_shard-00000-of-00001.jsonl", 1200, 700, "f" * 64),
            *(
                [ReleaseFile("images/train-00000-of-00001.parquet", pictures, 99, "0" * 64)]
                if pictures
                else []
            ),
        ),
        outputs=OUTPUTS,
        funnel=(FunnelRow("image", "kept", 3), FunnelRow("image", "image_size", 2)),
        notes=("No image was judged for faces.",),
        languages=(("de", 700), ("en", 400), ("no: yes", 100)),
        domains=(("e.org", 1200),),
        permission=PermissionFacts(("noai", "robots_txt"), True, (("document", "noai", 7),)),
        checks=PictureChecks("opennsfw", "mtcnn", ((0, 9), (1, 2), (3, 1))),
        alignment=AlignmentFacts("drawn", "0123456789abcdef", (CosineCount("caption", 31, 2),)),
        has_archives=True,
    )
    return CardFacts(
        shared=replace(shared, **changes),  # type: ignore[arg-type]
        model="drawn",
        revision="0123456789abcdef",
        documents=1200,
        images=3,
        similarities=similarities,
    )


def test_the_card_says_how_similar_images_and_sentences_are() -> None:
    rows = (
        SimilarityCount(True, 15, 1),
        SimilarityCount(True, 31, 3),
        SimilarityCount(False, 5, 9),
    )
    text = card_text(facts(*rows))
    assert "Mean of placed images: 0.275." in text
    assert "0.10 100.0%, 0.15 100.0%, 0.20 75.0%, 0.25 75.0%, 0.30 75.0%" in text
    assert "| 0.05 | 0 | 9 |" in text
    assert "the picture itself is too small or too large" in text
    assert "`drawn`, revision `0123456789abcdef`" in text


def test_an_empty_release_has_a_card_too() -> None:
    assert "No image was placed." in card_text(facts(pictures=0))


@pytest.mark.parametrize(
    ("pictures", "names"), [(3, ["default", "mmc4", "images"]), (0, ["default", "mmc4"])]
)
def test_the_hub_finds_the_files(pictures: int, names: list[str]) -> None:
    front = yaml.safe_load(card_text(facts(pictures=pictures)).split("---\n")[1])
    assert [config["config_name"] for config in front["configs"]] == names
    assert front["configs"][0]["data_files"][0]["path"] == "data/*.parquet"
    assert front["size_categories"] == ["1K<n<10K"]
    assert front["language"] == ["de", "en"]
    assert front["license"] == "cc-by-4.0"


def test_the_card_says_what_the_other_path_says_too() -> None:
    """Rights, personal data, how to have something taken out, archives, permission."""
    text = card_text(facts())
    assert "(`cc-by-4.0`) can only cover the selection and arrangement" in text
    assert "Name the page or image URL, or the domain" in text
    assert "**Personal data.** Web pages name people" in text
    assert "of 12 published images 3 show at least one, 5 in all." in text
    assert "the model `opennsfw` leaves out some such pictures.\n" in text
    assert "| document | `noai` | 7 |" in text
    assert "lists of those who opted out" in text
    assert "| `de` | 700 |" in text
    for name in ("archives.csv", "croissant.json", "similarity.csv"):
        assert f"| `{name}` |" in text


def test_without_archives_none_is_named() -> None:
    assert "archives.csv" not in card_text(facts(has_archives=False))


def test_hostile_text_stays_text() -> None:
    """Names, notes and domains from outside make no element, no link and no new table cell."""
    attack = "a|b `x` <script>alert(1)</script> [l](https://e.org/) **c**"
    text = DatasetCard(
        card_text(facts(name=attack, notes=(attack,), domains=((attack, 1),), licence=attack))
    ).text
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    raw = [token.content.strip() for token in tokens if token.type == "html_block"]
    assert raw == ["<details><summary>All settings</summary>", "</details>"]
    inline = [child for token in tokens for child in token.children or ()]
    assert not [child for child in inline if child.type == "html_inline"]
    links = [child.attrs["href"] for child in inline if child.type == "link_open"]
    assert links == ["https://arxiv.org/abs/2304.06939"]
    shown = ["".join(c.content for c in token.children or ()) for token in tokens]
    assert shown.count(attack) == 4  # heading, licence, note, table cell


def test_croissant_describes_each_folder_once() -> None:
    described = croissant(facts().shared)
    assert [record["@id"] for record in described["recordSet"]] == ["default", "mmc4", "images"]
    sets = [d["@id"] for d in described["distribution"] if d["@type"] == "cr:FileSet"]
    assert sets == ["data-files", "mmc4-files", "jsonl-files", "images-files"]
