"""Settings of near-duplicates that cannot be."""

import pytest

from webdoc.duplicates.near_duplicates import NearTextSettings


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ({"max_full_bucket": 1, "bucket_links": 1}, {"max_full_bucket": 2, "bucket_links": 1}),
        ({"bucket_links": 0}, {"bucket_links": 1}),
        ({"bucket_links": 65}, {"bucket_links": 64}),
    ],
)
def test_impossible_settings_are_refused(wrong: dict[str, int], right: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="bucket_links"):
        NearTextSettings(**wrong)  # type: ignore[arg-type]
    NearTextSettings(**right)  # type: ignore[arg-type]
