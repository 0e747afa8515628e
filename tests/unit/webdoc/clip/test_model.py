"""CLIP vectors with the small model of drawn scenes; torch is imported only when a test runs."""

import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from PIL import Image

from sample.drawn import draw, scene, sentence
from webdoc.clip.devices import decoding_threads, device_for, fitting_batch, gpus_open
from webdoc.clip.model import ClipModel, ClipSettings
from webdoc.clip.text import fitting
from webdoc.clip.weights import load
from webdoc.settings import SettingsError

ROOT = Path(__file__).resolve().parents[4]
DRAWN = ROOT / "interleaf" / "sample" / "drawn_clip"
WEIGHTS = DRAWN / "open_clip_model.safetensors"
CONFIG = DRAWN / "open_clip_config.json"

needs_torch = pytest.mark.skipif(
    find_spec("open_clip") is None, reason="the extra interleaf[clip] is not installed"
)


@pytest.fixture(scope="module")
def loaded() -> Any:
    return load(f"local-dir:{DRAWN}")


@pytest.fixture
def model(loaded: Any) -> ClipModel:
    return ClipModel(ClipSettings(batch=8), threads=1, loaded=loaded)


@pytest.fixture(scope="module")
def bodies() -> list[bytes]:
    rng = Random(11)
    return [png(draw(scene(rng), 96, 72)) for _ in range(20)]


def png(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


# --- vectors


@needs_torch
def test_vectors_are_those_of_open_clip(model: ClipModel, bodies: list[bytes]) -> None:
    """The reference is open_clip's own way from picture and text to vector."""
    import open_clip  # noqa: PLC0415
    import torch  # noqa: PLC0415

    peer, preprocess = open_clip.create_model_from_pretrained(f"local-dir:{DRAWN}")
    peer.eval()
    texts = ["Two red stars above a blue ring.", "A green arrow."]
    with torch.no_grad():
        pictures = torch.stack([preprocess(Image.open(BytesIO(body))) for body in bodies])
        seen = peer.encode_image(pictures, normalize=True).numpy()
        tokens = open_clip.get_tokenizer(f"local-dir:{DRAWN}")(texts)
        read = peer.encode_text(tokens, normalize=True).numpy()

    ours = [image.vector for image in model.encode_images(bodies)]
    told = [text.vector for text in model.encode_texts(texts)]

    assert {vector.dtype for vector in [*ours, *told]} == {np.dtype(np.float16)}
    assert np.abs(np.stack(ours) - seen).max() < 1e-3
    assert np.abs(np.stack(told) - read).max() < 1e-3


@needs_torch
def test_unreadable_pictures_keep_their_place(model: ClipModel, bodies: list[bytes]) -> None:
    alone = list(model.encode_images(bodies))
    mixed = [b"nonsense", *bodies[:7], bodies[7][:200], *bodies[7:], b""]

    found = list(model.encode_images(mixed))

    assert [at for at, image in enumerate(found) if image.status == "unreadable"] == [0, 8, 22]
    assert [image.vector is None for image in found] == [at in (0, 8, 22) for at in range(23)]
    good = [image.vector for image in found if image.vector is not None]
    assert np.array_equal(np.stack(good), np.stack([image.vector for image in alone]))
    assert [image.status for image in model.encode_images([b"", b"x"])] == ["unreadable"] * 2
    assert list(model.encode_images([])) == []


@needs_torch
def test_vectors_do_not_depend_on_how_inputs_are_dealt(
    model: ClipModel, bodies: list[bytes]
) -> None:
    rng = Random(4)
    texts = [sentence(scene(rng), rng) for _ in range(20)]
    for encode, items in ((model.encode_images, bodies), (model.encode_texts, texts)):
        whole = np.stack([one.vector for one in encode(items)])
        for cut in (1, 3, 19):
            parts = [items[at : at + cut] for at in range(0, 20, cut)]
            dealt = np.stack([one.vector for part in parts for one in encode(part)])
            assert np.array_equal(dealt, whole)


@needs_torch
def test_low_precision_is_near(loaded: Any, bodies: list[bytes]) -> None:
    full = ClipModel(ClipSettings(batch=4, precision="fp32"), loaded=loaded)
    low = ClipModel(ClipSettings(batch=4, precision="bf16"), loaded=loaded)

    a, b = (np.stack([i.vector for i in m.encode_images(bodies[:4])]) for m in (full, low))

    cosines = (a.astype(float) * b.astype(float)).sum(axis=1)
    assert (cosines > 0.99).all()
    assert not np.array_equal(a, b)


@needs_torch
def test_pictures_above_the_limit_are_not_decoded(loaded: Any, bodies: list[bytes]) -> None:
    small = ClipModel(ClipSettings(batch=2, max_pixels=96 * 72), loaded=loaded)
    large = png(Image.new("RGB", (97, 72)))

    statuses = [image.status for image in small.encode_images([bodies[0], large, bodies[1]])]

    assert statuses == ["ok", "too_large", "ok"]


@needs_torch
@pytest.mark.parametrize(("most", "batch_after"), [(7, 4), (2, 2), (1, 1)])
def test_a_full_memory_halves_the_batch(
    loaded: Any, bodies: list[bytes], most: int, batch_after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vectors are the same as if the batch had been small from the start."""
    import torch  # noqa: PLC0415

    small = ClipModel(ClipSettings(batch=batch_after), loaded=loaded)
    expected = [image.vector for image in small.encode_images(bodies)]
    real, sizes = loaded.model.encode_image, []

    def encode_image(inputs: Any) -> Any:
        sizes.append(len(inputs))
        if len(inputs) > most:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return real(inputs)

    monkeypatch.setattr(loaded.model, "encode_image", encode_image)
    found = ClipModel(ClipSettings(batch=8), loaded=loaded).encode_images(bodies)

    assert np.array_equal(np.stack([image.vector for image in found]), np.stack(expected))
    assert sizes.count(8) == 1
    assert sizes[-1] == batch_after


@needs_torch
def test_no_memory_at_all_is_one_sentence(
    loaded: Any, bodies: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch  # noqa: PLC0415

    def encode_image(_: Any) -> Any:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(loaded.model, "encode_image", encode_image)
    found = ClipModel(ClipSettings(batch=4), loaded=loaded).encode_images(bodies)
    with pytest.raises(SettingsError, match="no memory for one input of local-dir:drawn_clip"):
        list(found)


@needs_torch
def test_a_memory_that_is_full_indeed_halves_the_batch(
    loaded: Any, bodies: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What this process may take is limited: torch's own errors, not ours, say that it is full."""
    resource = pytest.importorskip("resource")
    small = ClipModel(ClipSettings(batch=16), threads=1, loaded=loaded)
    expected = np.stack([image.vector for image in small.encode_images(bodies)])
    real, sizes = loaded.model.encode_image, []

    def encode_image(inputs: Any) -> Any:
        sizes.append(len(inputs))
        return real(inputs)

    monkeypatch.setattr(loaded.model, "encode_image", encode_image)
    found = ClipModel(ClipSettings(batch=2048), threads=1, loaded=loaded).encode_images(bodies)
    pages, (soft, hard) = Path("/proc/self/statm"), resource.getrlimit(resource.RLIMIT_AS)
    taken = int(pages.read_text().split()[0]) * resource.getpagesize()
    try:
        resource.setrlimit(resource.RLIMIT_AS, (taken + 200 * 2**20, hard))
        vectors = np.stack([image.vector for image in found])
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))

    assert sizes == [2048 >> halved for halved in range(len(sizes))]
    assert 1 < len(sizes) < 12
    assert np.abs(vectors - expected).max() < 1e-3


@needs_torch
def test_another_error_of_the_model_is_not_taken_for_a_full_memory(
    loaded: Any, bodies: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def encode_image(_: Any) -> Any:
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    monkeypatch.setattr(loaded.model, "encode_image", encode_image)
    with pytest.raises(RuntimeError, match="cannot be multiplied"):
        list(ClipModel(ClipSettings(batch=4), loaded=loaded).encode_images(bodies))


@pytest.mark.parametrize(
    ("cores", "gpus", "threads"),
    [(16, 0, 2), (1, 0, 2), (16, 1, 16), (15, 1, 15), (64, 1, 16), (16, 8, 2), (24, 8, 3)],
)
def test_a_gpu_has_its_share_of_the_cores_for_decoding(cores: int, gpus: int, threads: int) -> None:
    assert decoding_threads(cores, gpus) == threads


@pytest.mark.parametrize(
    ("wanted", "there", "left"),
    [
        ("auto", 0, 0),
        ("cpu", 3, 0),
        ("auto", 3, 3),
        ("cuda", 3, 3),
        ("cuda:1", 3, 1),
        ("mps", 0, 0),
    ],
)
def test_gpus_that_settings_leave_to_choose_from(
    wanted: str, there: int, left: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webdoc.clip.devices.gpu_count", lambda: there)
    assert gpus_open(wanted) == left


@pytest.mark.parametrize(("slot", "device"), [(0, "cuda:0"), (2, "cuda:2"), (7, "cuda:1")])
def test_workers_take_gpus_in_turn(slot: int, device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webdoc.clip.devices.gpu_count", lambda: 3)
    assert device_for("auto", slot) == device


@pytest.mark.parametrize(
    ("free", "each", "batch"),
    [(80e9, 1e6, 256), (1000, 10, 32), (640, 10, 32), (639, 10, 16), (5, 10, 1), (80e9, 0, 256)],
)
def test_a_batch_fills_half_of_the_free_memory(free: int, each: float, batch: int) -> None:
    assert fitting_batch(int(free), each) == batch


@needs_torch
def test_a_model_is_never_pickled(model: ClipModel) -> None:
    with pytest.raises(TypeError, match="loaded in each process"):
        pickle.dumps(model)


@needs_torch
def test_an_error_of_the_source_is_raised(model: ClipModel, bodies: list[bytes]) -> None:
    def source() -> Iterator[bytes]:
        yield bodies[0]
        raise OSError("the archive is gone")

    with pytest.raises(OSError, match="the archive is gone"):
        list(model.encode_images(source()))


@needs_torch
def test_few_pictures_are_read_ahead(model: ClipModel, bodies: list[bytes]) -> None:
    """Whoever stops early does not wait for the rest, and no thread is left."""
    read, threads = [], threading.active_count()

    def source() -> Iterator[bytes]:
        while True:
            read.append(1)
            yield bodies[0]

    encoded = model.encode_images(source())
    for _ in range(20):
        next(encoded)
    encoded.close()

    assert len(read) <= 24 + 3 * 8 + 1  # three batches of 8 are begun, three may wait
    assert threading.active_count() == threads


# --- texts


@needs_torch
def test_a_long_text_is_cut_at_a_word(model: ClipModel) -> None:
    """The drawn model reads 40 tokens: two are its marks, and "red" and "star" are one each."""
    fits, longer = "red star " * 19, "red star " * 19 + "again"

    found = list(model.encode_texts([fits, longer, "red"]))

    assert [text.is_cut for text in found] == [False, True, False]
    assert np.array_equal(found[0].vector, found[1].vector)


class Letters:
    """Counts letters instead of tokens, so that a person can."""

    context_length = 12
    cache: dict[str, str] = {}  # noqa: RUF012

    def encode(self, text: str) -> list[str]:
        return [letter for letter in text if letter != " "]


@pytest.mark.parametrize(
    ("text", "shown", "is_cut"),
    [
        ("", "", False),
        ("one two four", "one two four", False),  # 10 letters and two marks
        ("one two fours", "one two", True),
        ("  one\n\ttwo  ", "one two", False),
        ("abcdefghijklmnop x", "abcdefghij", True),  # its first word is too long
        ("中文没有空格所以在字之间", "中文没有空格所以在字", True),
        ("a\ud800b", "a?b", False),  # half a surrogate pair
        ("x " * 400, "x x x x x x x x x x", True),
    ],
)
def test_cut_by_hand(text: str, shown: str, *, is_cut: bool) -> None:
    assert fitting(text, Letters()) == (shown, is_cut)


def test_what_no_tokenizer_should_see_is_cut_at_a_word_too() -> None:
    """Twelve bytes a token are looked at, here 144: six words of twenty letters."""

    class Words(Letters):
        def encode(self, text: str) -> list[str]:
            return text.split()

    words = ["a" * 20] * 10
    assert fitting(" ".join(words), Words()) == (" ".join(words[:6]), True)
    assert fitting(" ".join(words[:6]), Words()) == (" ".join(words[:6]), False)


@needs_torch
@pytest.mark.timeout(120)  # CLIP's tokenizer alone takes the square of a word's length
def test_a_hostile_word_is_cut(model: ClipModel) -> None:
    rng = Random(2)
    words = ["".join(rng.choices("abcdefghij", k=1_000_000)), "中" * 300_000, "é" * 300_000]

    found = list(model.encode_texts([*words, "a " * 1_000_000]))

    assert [text.is_cut for text in found] == [True] * 4


@needs_torch
def test_the_tokenizer_does_not_remember_every_word(
    model: ClipModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webdoc.clip.text._MOST_CACHED", 50)
    tokenizer = load(f"local-dir:{DRAWN}").tokenizer
    for number in range(500):
        fitting(f"word{number:b}".replace("0", "o").replace("1", "i"), tokenizer)

    assert len(tokenizer.cache) < 100
    assert tokenizer.encode("<end_of_text>") == [tokenizer.eot_token_id]


# --- a real model


def test_the_model_of_the_shared_data(shared_data: Path, tmp_path: Path) -> None:
    """Captions of textbook figures are clearly nearer to their own figure than to others."""
    if find_spec("open_clip") is None or find_spec("transformers") is None:
        pytest.skip("this model needs open_clip and transformers")
    tool = shared_data.parent / "tools" / "use_model.py"
    subprocess.run([sys.executable, tool, tmp_path / "m"], check=True, capture_output=True)
    found = ClipModel(ClipSettings(model=f"local-dir:{tmp_path / 'm'}", batch=4))

    long = "The chart shows how revenue grew in each quarter of the year. " * 40
    texts = list(found.encode_texts(["A chart.", long]))

    assert [text.is_cut for text in texts] == [False, True]
