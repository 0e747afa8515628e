"""CLIP vectors on a real GPU: where there is none, nothing here runs."""

from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sample.drawn import draw, scene, sentence
from webdoc.clip.model import ClipModel, ClipSettings
from webdoc.clip.weights import load
from webdoc.settings import SettingsError

DRAWN = Path(__file__).resolve().parents[4] / "interleaf" / "sample" / "drawn_clip"


# Asked of the machine, not of torch: importing it takes ten seconds, to run nothing.
pytestmark = pytest.mark.skipif(
    not any(Path("/dev").glob("nvidia*")), reason="this machine has no GPU of NVIDIA"
)


@pytest.fixture
def torch() -> Any:
    pytest.importorskip("open_clip", reason="the extra interleaf[clip] is not installed")
    return pytest.importorskip("torch")


@pytest.fixture
def bodies() -> list[bytes]:
    rng, found = Random(12), []
    for _ in range(300):
        out = BytesIO()
        draw(scene(rng), 96, 72).save(out, "PNG")
        found.append(out.getvalue())
    return found


def drawn(**settings: Any) -> ClipModel:
    return ClipModel(ClipSettings(model=f"local-dir:{DRAWN}", **settings))


def vectors(model: ClipModel, bodies: list[bytes]) -> NDArray[np.float64]:
    found = [image.vector for image in model.encode_images(bodies)]
    return np.stack([vector for vector in found if vector is not None]).astype(float)


def test_a_gpu_is_used_by_itself_and_at_low_precision(torch: Any, bodies: list[bytes]) -> None:
    """Its vectors are near to those of the CPU, for pictures and for texts."""
    gpu, cpu = drawn(), drawn(device="cpu", batch=32)

    assert torch.cuda.is_available()
    assert (gpu.device, gpu.precision, cpu.precision) == ("cuda:0", "bf16", "fp32")
    cosines = (vectors(gpu, bodies) * vectors(cpu, bodies)).sum(axis=1)
    assert len(cosines) == len(bodies)
    assert cosines.min() > 0.99
    rng = Random(13)
    texts = [sentence(scene(rng), rng) for _ in range(300)]
    left, right = (
        np.stack([text.vector for text in model.encode_texts(texts)]) for model in (gpu, cpu)
    )
    assert (left.astype(float) * right.astype(float)).sum(axis=1).min() > 0.99


def test_full_precision_on_a_gpu_is_that_of_the_cpu(bodies: list[bytes]) -> None:
    gpu, cpu = drawn(precision="fp32", batch=32), drawn(device="cpu", batch=32)

    assert np.abs(vectors(gpu, bodies) - vectors(cpu, bodies)).max() < 5e-3


@pytest.mark.parametrize("batch", [8, 256])
def test_vectors_of_a_gpu_repeat(bodies: list[bytes], batch: int) -> None:
    """However pictures are dealt over calls, if the batch is fixed."""
    model = drawn(batch=batch)
    whole = vectors(model, bodies)

    parts = [bodies[at : at + 7] for at in range(0, len(bodies), 7)]
    dealt = np.concatenate([vectors(model, part) for part in parts])

    assert np.array_equal(dealt, whole)


def limited(torch: Any, model: ClipModel, more_bytes: int) -> None:
    """Let this process have that much more of the GPU's memory than it holds now."""
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(model.device).total_memory
    held = torch.cuda.memory_reserved(model.device)
    torch.cuda.set_per_process_memory_fraction((held + more_bytes) / total, model.device)


def filled(torch: Any, model: ClipModel) -> list[Any]:
    """Take what is free of the memory that this process holds already."""
    held, size = [], 2**24
    while size >= 512:
        try:
            held.append(torch.empty(size, dtype=torch.uint8, device=model.device))
        except torch.OutOfMemoryError:
            size //= 2
    return held


def test_a_full_gpu_halves_the_batch_and_goes_on(torch: Any, bodies: list[bytes]) -> None:
    parts = load("ViT-B-32:random")
    model = ClipModel(ClipSettings(model="ViT-B-32:random", batch=1024), loaded=parts)
    real, sizes = parts.model.encode_image, []

    def encode_image(inputs: Any) -> Any:
        sizes.append(len(inputs))
        return real(inputs)

    parts.model.encode_image = encode_image
    limited(torch, model, 700 * 2**20)
    try:
        found = vectors(model, bodies)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0, model.device)

    assert len(found) == len(bodies)
    assert sizes[0] == 1024
    assert 1 <= sizes[-1] < 1024


def test_a_gpu_that_holds_not_even_one_input_is_one_sentence(
    torch: Any, bodies: list[bytes]
) -> None:
    model = ClipModel(ClipSettings(model="ViT-B-32:random", batch=4))
    limited(torch, model, 0)
    held = filled(torch, model)
    try:
        with pytest.raises(SettingsError, match="cuda:0 has no memory for one input of ViT-B-32"):
            vectors(model, bodies[:4])
    finally:
        held.clear()
        torch.cuda.set_per_process_memory_fraction(1.0, model.device)


def test_an_automatic_batch_fits(torch: Any, bodies: list[bytes]) -> None:
    """The probe of eight inputs is not far off: no batch is halved afterwards."""
    parts = load("ViT-B-32:random")
    model = ClipModel(ClipSettings(model="ViT-B-32:random"), loaded=parts)
    real, sizes = parts.model.encode_image, []

    def encode_image(inputs: Any) -> Any:
        sizes.append(len(inputs))
        return real(inputs)

    parts.model.encode_image = encode_image
    torch.cuda.reset_peak_memory_stats(model.device)
    assert len(vectors(model, bodies)) == len(bodies)

    assert sizes == [8, 256, 256]
    total = torch.cuda.get_device_properties(model.device).total_memory
    assert torch.cuda.max_memory_allocated(model.device) < 0.8 * total


def test_a_gpu_that_is_not_there_is_one_sentence(torch: Any) -> None:
    beyond = f"cuda:{torch.cuda.device_count()}"
    with pytest.raises(SettingsError, match=f"device {beyond} cannot be used"):
        drawn(device=beyond)


def test_a_gpu_is_empty_after_a_model_left_it(torch: Any, bodies: list[bytes]) -> None:
    parts = load("ViT-B-32:random")
    before = torch.cuda.memory_reserved(0)
    model = ClipModel(ClipSettings(model="ViT-B-32:random", device="cuda:0"), loaded=parts)
    vectors(model, bodies[:20])
    during = torch.cuda.memory_reserved(0)

    model.leave_device()

    assert during - before > 500 * 2**20  # 151 million weights of 4 bytes
    assert torch.cuda.memory_reserved(0) - before < (during - before) / 4
