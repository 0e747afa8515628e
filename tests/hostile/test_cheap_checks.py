"""What cannot work is refused at once: before Spark starts, and before a folder is made."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from interleaf import demo
from interleaf.cli import app
from interleaf.sample import sample_path
from spark_jobs.run import java
from webdoc.clip.known_models import known_tags
from webdoc.clip.weights import check_clip, model_source
from webdoc.settings import SettingsError

DRAWN = str(sample_path("drawn.jsonl"))
SAMPLE = str(sample_path())


@pytest.fixture
def without_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No session is open, and no Java is to be found."""
    monkeypatch.setattr(java, "_is_running", lambda: False)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.parametrize(
    "command",
    [
        ["obelics", SAMPLE, "--out"],
        ["mmc4", "--texts", DRAWN, "--model", "RN50:openai", "--out"],
        ["fetch", DRAWN, "--set", "fetch.contact=a@b.example", "--out"],
        ["demo", "--out"],
    ],
    ids=["obelics", "mmc4", "fetch", "demo"],
)
def test_without_java_nothing_begins(
    command: list[str], tmp_path: Path, without_java: None
) -> None:
    out = tmp_path / "out"
    said = CliRunner().invoke(app, [*command, str(out)])
    text = " ".join(said.output.split())
    assert said.exit_code == 2, text
    assert "Spark needs Java, and there is none in PATH. Install a Java runtime" in text
    assert not out.exists()


@pytest.mark.parametrize(
    ("said", "status", "message"),
    [
        ('openjdk version "11.0.2" 2019', 0, "Spark needs Java 17, and JAVA_HOME"),
        ('java version "1.8.0_20"', 0, "has 1"),
        ("what?", 0, "does not run"),
        ('openjdk version "21"', 1, "does not run"),
        ('openjdk version "17.0.1" 2021-10-19', 0, ""),
        ('openjdk version "21" 2023-09-19', 0, ""),
    ],
)
def test_the_version_of_java(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, status: int, message: str
) -> None:
    program = tmp_path / "bin" / "java"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit {status}\n")
    program.chmod(0o755)
    monkeypatch.setattr(java, "_is_running", lambda: False)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    if message:
        with pytest.raises(java.JavaError, match=re.escape(message)):
            java.check_java()
    else:
        java.check_java()


def test_a_settings_file_that_is_missing_is_named_in_a_sentence(tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = CliRunner().invoke(
        app, ["obelics", SAMPLE, "--out", str(out), "--config", str(tmp_path / "no.toml")]
    )
    text = "".join(said.output.split())
    assert said.exit_code == 2
    assert f"thereisnosettingsfile{tmp_path}/no.toml" in text
    assert "Errno" not in text
    assert not out.exists()


@pytest.mark.parametrize(
    ("model", "hint"),
    [
        ("ViT-L-41:openai", "did you mean"),
        ("ViT-L-14:opnai", "no weights 'opnai' of ViT-L-14"),
        ("ViT-L-14", "ViT-L-14 needs weights"),
    ],
)
def test_a_model_with_a_typo_is_refused_without_loading_torch(model: str, hint: str) -> None:
    try:
        check_clip()
    except SettingsError as error:
        pytest.skip(str(error))
    look = (
        "import sys\n"
        "from webdoc.clip.weights import model_source\n"
        "from webdoc.settings import SettingsError\n"
        "try:\n"
        f"    model_source({model!r})\n"
        "except SettingsError as error:\n"
        "    print(error)\n"
        "print(sorted({'torch', 'open_clip'} & set(sys.modules)))\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True
    ).stdout
    assert hint in said
    assert said.endswith("[]\n")


def test_open_clip_knows_the_same_models() -> None:
    """Its own lists are the oracle for what is read from its files."""
    try:
        check_clip()
    except SettingsError as error:
        pytest.skip(str(error))
    import open_clip  # noqa: PLC0415 - seconds

    found = known_tags()
    assert found is not None
    own = [name for name in open_clip.list_models() if not name.startswith("interleaf-")]
    assert sorted(found) == sorted({*own, *open_clip.list_openai_models()} | found.keys())
    assert set(own) <= set(found)
    for name in own:
        assert set(found[name]) == set(open_clip.list_pretrained_tags_by_model(name)), name


def test_a_good_model_is_found_without_loading_torch() -> None:
    try:
        check_clip()
    except SettingsError as error:
        pytest.skip(str(error))
    assert model_source("ViT-L-14:openai").weights == "openai"


def test_what_stands_in_brackets_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing() -> None:
        raise SettingsError("make install, or pip install 'interleaf[clip]'")

    monkeypatch.setattr(demo, "check_clip", missing)
    assert demo._run_mmc4_demo(demo.Console(), str(tmp_path)) is False
    assert "pip install 'interleaf[clip]'" in " ".join(capsys.readouterr().out.split())


def test_a_file_name_that_is_not_utf8_is_a_file_with_a_problem(tmp_path: Path) -> None:
    from webdoc.archive.reader import ReadSettings, read_captures  # noqa: PLC0415
    from webdoc.reasons import CaptureReason  # noqa: PLC0415
    from webdoc.storage.inputs import expand_inputs, splits_of  # noqa: PLC0415

    folder = os.fsencode(tmp_path)
    try:
        with open(folder + b"/caf\xe9.warc.gz", "wb") as file:
            file.write(Path(SAMPLE).read_bytes()[:2000])
    except OSError:
        pytest.skip("this disk takes no such name")
    (tmp_path / "good.warc.gz").write_bytes(b"")
    files = expand_inputs([str(tmp_path)])
    assert [file.name for file in files] == ["caf\ufffd.warc.gz", "good.warc.gz"]
    captures = [
        c for split in splits_of(files[:1], 10**6) for c in read_captures(split, ReadSettings())
    ]
    assert [c.reject_reason for c in captures] == [CaptureReason.UNREADABLE_FILE]
    assert captures[0].reject_detail == "its name is not UTF-8: rename it"
    captures[0].warc_filename.encode()
