"""Heads over CLIP vectors. Real heads cannot be had here: these are stand-ins of the same forms."""

from pathlib import Path

import numpy as np
import pytest

from webdoc.clip.vectors import to_bytes, unit
from webdoc.reasons import Reason
from webdoc.scores.limits import limit_finding
from webdoc.scores.pictures import aesthetics
from webdoc.scores.rows import scored
from webdoc.scores.scorer import ScoreSettings, load_scorer
from webdoc.settings import SettingsError

numpy_format = pytest.importorskip("safetensors.numpy", reason="needs interleaf[signals]")
DICE = np.random.default_rng(2)
VECTORS = unit(DICE.normal(size=(5, 8)))
STORED = [to_bytes(vector) for vector in VECTORS]


def head(folder: Path, **tensors: object) -> str:
    file = folder / "head.safetensors"
    arrays = {name.replace("__", "."): np.asarray(t, np.float32) for name, t in tensors.items()}
    numpy_format.save_file(arrays, file)
    return str(file)


def layer(inputs: int, outputs: int) -> tuple[np.ndarray, np.ndarray]:
    return DICE.normal(size=(outputs, inputs)), DICE.normal(size=outputs)


def test_a_linear_head(tmp_path: Path) -> None:
    weight, bias = layer(8, 1)
    scorer = load_scorer("aesthetics", "pictures", head(tmp_path, weight=weight, bias=bias))

    found = [value for (value,) in scorer.score(STORED)]

    assert found == pytest.approx((VECTORS @ weight.T + bias)[:, 0], abs=0.01)


def test_several_layers_go_by_the_numbers_in_their_names(tmp_path: Path) -> None:
    """As in LAION's V2: layers.10 comes after layers.2, and nothing stands between them."""
    first, second, third = layer(8, 6), layer(6, 3), layer(3, 1)
    names = {"layers__10": third, "layers__0": first, "layers__2": second}
    tensors = {
        f"{n}__{part}": v
        for n, pair in names.items()
        for part, v in zip(("weight", "bias"), pair, strict=True)
    }
    scorer = aesthetics.load(head(tmp_path, **tensors))

    expected = VECTORS
    for weight, bias in (first, second, third):
        expected = expected @ weight.T + bias

    assert [value for (value,) in scorer.score(STORED)] == pytest.approx(expected[:, 0], abs=0.02)
    assert scorer.score(STORED[3:4]) == scorer.score(STORED)[3:4]
    assert scorer.score([]) == []


def test_a_limit_leaves_out_what_is_below(tmp_path: Path) -> None:
    """OmniCorpus' limit is 3.7; a picture exactly at it stays."""
    path = head(tmp_path, weight=[[4.0, 0]], bias=[0.0])
    settings = ScoreSettings(("aesthetics",), models={"aesthetics": path}, min={"aesthetics": 3.7})
    vectors = [to_bytes(np.array(v)) for v in ([1.0, 0.0], [0.6, 0.8])]
    kept, gone = scored("aesthetics", aesthetics.load(path), ["a", "b"], vectors)
    assert limit_finding(kept.scores, settings) is None
    finding = limit_finding(gone.scores, settings)
    assert finding is not None
    assert finding[0] is Reason.IMAGE_AESTHETICS


def test_a_head_for_other_vectors_is_refused(tmp_path: Path) -> None:
    weight, bias = layer(12, 1)
    scorer = aesthetics.load(head(tmp_path, weight=weight, bias=bias))
    with pytest.raises(SettingsError, match=r"made for vectors of 12 numbers, .* have 8: give"):
        scorer.score(STORED)


@pytest.mark.parametrize(
    ("tensors", "says"),
    [
        ({"scale": [1.0]}, "'scale' is neither weight nor bias"),
        ({"weight": [[1.0, 2.0]]}, "layer 0 needs a matrix"),
        ({"weight": [1.0], "bias": [1.0]}, "layer 0 needs a matrix"),
        ({"weight": [[1.0]], "bias": [1.0, 2.0]}, "do not fit"),
        ({"weight": [[1.0], [2.0]], "bias": [1.0, 2.0]}, "does not give one number"),
    ],
)
def test_what_is_no_head_is_refused(tmp_path: Path, tensors: dict[str, object], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        aesthetics.load(head(tmp_path, **tensors))


def test_a_file_of_another_form_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "head.safetensors"
    other.write_bytes(b"\x80\x04N.")
    for path in (str(other), str(tmp_path / "none")):
        with pytest.raises(SettingsError, match="is no aesthetic head"):
            aesthetics.load(path)
    with pytest.raises(ValueError, match=r"wants a .safetensors file"):
        ScoreSettings(("aesthetics",))
