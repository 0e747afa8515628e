"""The command line teaches, refuses in sentences, and keeps its exit statuses."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from interleaf.cli import app

ARTICLE = """<html><head><title>The ferry</title></head><body><nav><a href=/>Home</a></nav>
<article><h1>The ferry</h1><p>{}</p><img src="/ferry.jpg" alt="A ferry" width=640 height=480>
<p>{}</p></article></body></html>"""
PROSE = (
    "The old ferry crosses the river twice a day, and the people of both banks know its bell. "
    "In the morning it carries the baker and her bread, in the evening the children from school."
)
MORE = (
    "Nobody remembers who built it. The ropes have been changed, and the deck, and the bell too, "
    "but everybody who waits at the landing would tell you that it is the same boat as ever."
)


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.html"
    path.write_text(ARTICLE.format(PROSE, MORE))
    return path


def run(*arguments: str, stdin: str | None = None) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments), input=stdin)
    return result.exit_code, result.stdout, result.stderr


def test_help_names_every_command() -> None:
    status, out, _ = run("--help")
    assert status == 0
    for command in ("demo", "doctor", "page", "obelics"):
        assert command in out


def test_version() -> None:
    assert run("--version")[1].startswith("interleaf 0.")


def test_page_prints_one_object(article: Path) -> None:
    status, out, _ = run("page", str(article), "--url", "https://example.org/ferry")
    page = json.loads(out)
    assert status == 0
    assert page["title"] == "The ferry"
    assert page["texts"] == ["The ferry", PROSE, None, MORE]
    assert page["images"] == [None, None, "https://example.org/ferry.jpg", None]
    assert [node["tag"] for node in page["nodes"]] == ["h1", "p", "img", "p"]
    assert all(node["reject_reason"] is None for node in page["nodes"])


def test_page_with_a_preset_prints_marks(tmp_path: Path) -> None:
    path = tmp_path / "logo.html"
    path.write_text(ARTICLE.format(PROSE, MORE).replace("/ferry.jpg", "/img/logo.jpg"))
    _, out, _ = run("page", str(path), "--url", "https://e.org/", "--preset", "default")
    page = json.loads(out)
    assert [n["reject_reason"] for n in page["nodes"] if n["kind"] == "image"] == [
        "image_url_banned"
    ]
    assert page["language"] == "en"


def test_page_with_a_preset_heeds_what_the_page_says_of_its_use(tmp_path: Path) -> None:
    path = tmp_path / "no.html"
    path.write_text('<meta name="robots" content="noai">' + ARTICLE.format(PROSE, MORE))
    _, out, _ = run("page", str(path), "--url", "https://e.org/", "--preset", "default")
    page = json.loads(out)
    assert page["reject_reason"] == "document_not_permitted"
    assert page["reject_detail"] == "noai: page meta robots"


def test_page_list_answers_line_by_line(article: Path, tmp_path: Path) -> None:
    lines = f"{article}\thttps://e.org/a\n{tmp_path / 'gone.html'}\thttps://e.org/b\nno tab here\n"
    status, out, _ = run("page", "--list", "-", stdin=lines)
    pages = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert [page["url"] for page in pages] == ["https://e.org/a", "https://e.org/b", ""]
    assert [("error" in page) for page in pages] == [False, True, True]
    assert pages[1]["texts"] == []


def test_page_list_answers_before_the_next_line_is_sent(article: Path) -> None:
    """As a coprocess: a reader that waits for all lines would wait forever."""
    process = subprocess.Popen(
        [sys.executable, "-m", "interleaf", "page", "--list", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    for url in ("https://e.org/1", "https://e.org/2"):
        process.stdin.write(f"{article}\t{url}\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["url"] == url
    process.stdin.close()
    assert process.wait(timeout=20) == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("page",), "either one HTML file or --list"),
        (("page", "nowhere.html"), "Cannot read nowhere.html"),
        (
            ("page", "x.html", "--preset", "perfect"),
            "no preset 'perfect'. There are: datacomp, default",
        ),
        (("obelics", "x.warc.gz"), "No output folder"),
        (("obelics", "nowhere.warc.gz", "--out", "{tmp}/o"), "None of the inputs can be read"),
        (("obelics", "--out", "{tmp}/o"), "No input"),
        (
            ("obelics", "x", "--out", "{tmp}/o", "--set", "documents.min_imags=2"),
            "unknown setting documents.min_imags: did you mean min_images?",
        ),
        (
            ("obelics", "x", "--out", "{tmp}/o", "--set", "documents.min_images=two"),
            "documents.min_images must be a whole number, got 'two'",
        ),
        (
            ("obelics", "x", "--out", "{tmp}/o", "--earlier", "{tmp}/gone"),
            "gone holds no finished run with near-duplicates. --earlier takes the --out folder",
        ),
        (
            ("obelics", "x", "--out", "{tmp}/o", "--config", "no.toml"),
            "there is no settings file no.toml",
        ),
    ],
)
def test_errors_are_sentences_with_status_2(
    arguments: tuple[str, ...], says: str, tmp_path: Path
) -> None:
    status, _, err = run(*(argument.format(tmp=tmp_path) for argument in arguments))
    assert status == 2
    assert says in " ".join(err.split())
    assert "Traceback" not in err
    assert not (tmp_path / "o").exists()
