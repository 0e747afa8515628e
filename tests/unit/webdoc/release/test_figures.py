import pytest
from hypothesis import given
from hypothesis import strategies as st

from obelics_like.release.facts import ReleaseFacts
from webdoc.reasons import FunnelRow
from webdoc.release.figures import levels_of, percent_text, size_text, value_text
from webdoc.release.files import Distribution, FolderSize, folder_size


def test_levels_hold_kept_parts_first_and_words_of_texts(facts: ReleaseFacts) -> None:
    levels = {level.key: level for level in levels_of(facts.funnel)}

    assert list(levels) == ["record", "document", "text", "image", "word"]
    assert [part.reason for part in levels["text"].parts] == [
        "kept",
        "in_rejected_document",
        "paragraph_words",
    ]
    assert [part.reason for part in levels["image"].parts] == ["kept", "image_missing"]
    assert [part.count for part in levels["word"].parts] == [900, 80, 20]
    assert (levels["document"].kept, levels["document"].total) == (3, 8)
    assert (levels["word"].kept, levels["word"].total) == (900, 1000)
    assert levels["record"].kept == 8


@given(st.lists(st.tuples(st.sampled_from(["kept", "a", "b"]), st.integers(1, 10**9)), min_size=1))
def test_shares_of_a_level_add_up(rows: list[tuple[str, int]]) -> None:
    (level,) = levels_of([FunnelRow("image", reason, count) for reason, count in rows])

    assert sum(part.count for part in level.parts) == level.total == sum(n for _, n in rows)
    assert sum(part.share for part in level.parts) == pytest.approx(1)


def test_an_empty_funnel_has_no_levels() -> None:
    assert levels_of(()) == ()
    assert levels_of([FunnelRow("image", "kept", 0)]) == ()


def test_files_are_counted_by_folder(facts: ReleaseFacts) -> None:
    assert folder_size(facts.files, "data") == FolderSize(1, 3, 1_500)
    assert folder_size(facts.files, "images") == FolderSize(2, 9, 17_000)
    assert folder_size(facts.files, "clusters") == FolderSize(0, 0, 0)


@pytest.mark.parametrize(
    ("ends", "names"),
    [
        ((), ("all",)),
        ((0,), ("0", "more than 0")),
        ((1, 2, 5, 1_000), ("up to 1", "2", "3 to 5", "6 to 1,000", "more than 1,000")),
    ],
)
def test_classes_have_names(ends: tuple[int, ...], names: tuple[str, ...]) -> None:
    spread = Distribution("x", ends, tuple(range(len(ends) + 1)))
    assert spread.named_counts() == tuple((name, nth) for nth, name in enumerate(names))


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (0.0004, "< 0.1 %"),
        (0.0005, "0.1 %"),
        (0.9994, "99.9 %"),
        (0.9995, "> 99.9 %"),
        (1, "100 %"),
    ],
)
def test_a_part_is_never_nothing_or_all(share: float, text: str) -> None:
    assert percent_text(share) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1_000, "1.0 KB"),
        (999_999, "1.0 MB"),
        (10**18, "1000.0 PB"),
    ],
)
def test_sizes_are_decimal(size: int, text: str) -> None:
    assert size_text(size) == text


@pytest.mark.parametrize(
    ("value", "text"), [(31.0, "31"), (12_345.0, "12,345"), (0.41234, "0.412"), (1e-9, "1e-09")]
)
def test_values_are_short(value: float, text: str) -> None:
    assert value_text(value) == text
