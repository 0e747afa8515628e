import pytest
import yaml

from mmc4_like.records import CandidateImage, Placement, Sentence, TextDocument
from mmc4_like.release.card import CardFacts, SimilarityCount, card_text
from mmc4_like.release.funnel import funnel_of
from mmc4_like.tables import CandidateDocument, PlacedDocument
from webdoc.reasons import FunnelRow, Reason
from webdoc.release.alignment_spread import AlignmentFacts, CosineCount


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


def facts(*similarities: SimilarityCount, pictures: int = 3) -> CardFacts:
    return CardFacts(
        name="a corpus",
        licence="other",
        version="1",
        model="drawn",
        revision="0123456789abcdef",
        languages=("de", "en"),
        documents=1200,
        images=3,
        pictures=pictures,
        funnel=(FunnelRow("image", "kept", 3), FunnelRow("image", "image_size", 2)),
        similarities=similarities,
        notes=("No image was judged for faces.",),
        settings='preset = "default"\n',
        alignment=AlignmentFacts("drawn", "0123456789abcdef", (CosineCount("caption", 31, 2),)),
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
