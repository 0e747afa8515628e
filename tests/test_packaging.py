"""What we hand out: a wheel that holds our code and data, and nothing that is not ours."""

import subprocess
import sys
import tomllib
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("webdoc", "obelics_like", "mmc4_like", "spark_jobs", "interleaf")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built by what the lock brought: no network is needed."""
    if find_spec("uv") is None or find_spec("hatchling") is None:
        pytest.skip("uv or hatchling is missing here; `make install` brings both")
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "uv", "build", "--wheel", "--no-build-isolation", "--offline"]
    done = subprocess.run(
        [*build, "--python", sys.executable, "--out-dir", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (file,) = folder.glob("interleaf-*-py3-none-any.whl")
    return zipfile.ZipFile(file)


def test_the_wheel_holds_every_file_of_our_packages(wheel: zipfile.ZipFile) -> None:
    """Presets, language packs and the sample are data beside the code: easily forgotten."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", *PACKAGES], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode:
        pytest.skip("not a git checkout, so nobody knows which files are ours")
    tracked = {name for name in listing.stdout.split("\0") if name and (ROOT / name).exists()}
    assert tracked - set(wheel.namelist()) == set()


@pytest.mark.parametrize(
    "name", ["obelics_like/presets/default.toml", "obelics_like/presets/obelics.toml"]
)
def test_the_wheel_holds_the_presets(wheel: zipfile.ZipFile, name: str) -> None:
    preset = tomllib.loads(wheel.read(name).decode("utf-8"))
    assert {"paragraphs", "documents", "images"} <= set(preset)


def test_the_wheel_holds_the_sample(wheel: zipfile.ZipFile) -> None:
    assert wheel.read("interleaf/sample/sample.warc.gz")[:2] == b"\x1f\x8b"  # gzip
    assert wheel.read("interleaf/sample/drawn.warc.gz")[:2] == b"\x1f\x8b"
    assert wheel.read("interleaf/sample/drawn.jsonl").startswith(b"{")
    model = wheel.getinfo("interleaf/sample/drawn_clip/open_clip_model.safetensors")
    assert 1_000_000 < model.file_size < 8_000_000


def test_the_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    info = {name for name in wheel.namelist() if ".dist-info/" in name}
    ours = tuple(f"{package}/" for package in PACKAGES)
    assert [
        name for name in wheel.namelist() if name not in info and not name.startswith(ours)
    ] == []
    assert {Path(name).name for name in info} >= {"LICENSE", "NOTICE", "entry_points.txt"}
