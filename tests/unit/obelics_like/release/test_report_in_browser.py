"""The report as a person uses it: clicked, typed into and read in Chromium."""

import io
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image as PillowImage

from obelics_like.release.facts import ReleaseFacts
from obelics_like.release.report import report_html
from obelics_like.release.spread import SCALES, WORDS
from obelics_like.settings import ObelicsSettings
from tests.unit.browser import CHROMIUM, Page, browser
from webdoc.page.document import Document, Image, Node
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import FunnelRow, Reason
from webdoc.release.picture_grid import PictureCase
from webdoc.release.run_comparison import compared
from webdoc.release.spread import Histogram, Limit, NameCounts

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium on PATH to open the report with")

KEPT_PICTURE, SMALL_PICTURE = "a" * 64, "b" * 64
VISIBLE = "[...document.querySelectorAll('#examples .example')].filter(e => !e.hidden)"


def document(number: int) -> Document:
    """One of many: every tenth is left out, every fourth German, every fifth has a small image."""
    facts = PictureFacts("ok", KEPT_PICTURE, 9_000, "jpeg", 640, 480)
    small = replace(facts, sha256=SMALL_PICTURE, width_px=16, height_px=16)
    nodes = [Node("text", f"Paragraph of page {number}. " * 12, tag="p") for _ in range(5)]
    nodes.append(Node("image", image=Image("https://e.org/a.jpg", alt_text="A", facts=facts)))
    if number % 5 == 0:
        reason = Reason.IMAGE_SIZE
        nodes.append(Node("image", image=Image("u", facts=small), reject_reason=reason))
    return Document(
        f"{number:032x}",
        f"https://{'site' if number % 2 else 'blog'}.example/{number}",
        title="Otters" if number == 7 else f"Page {number}",
        language="de" if number % 4 == 0 else "en",
        language_score=(number % 100) / 100,
        nodes=tuple(nodes),
        reject_reason=Reason.DOCUMENT_WORDS if number % 10 == 0 else None,
    )


def jpeg() -> bytes:
    out = io.BytesIO()
    PillowImage.new("RGB", (24, 18), "teal").save(out, "JPEG")
    return out.getvalue()


def release(count: int) -> ReleaseFacts:
    n = len(WORDS.ends) + 1
    assert WORDS in SCALES
    return ReleaseFacts(
        settings=ObelicsSettings(),
        version="0.1.0",
        files=(),
        funnel=(
            FunnelRow("document", "kept", 900),
            FunnelRow("document", "document_words", 100),
            FunnelRow("image", "kept", 900),
            FunnelRow("image", "image_size", 200),
        ),
        notes=(),
        languages=(("en", 700), ("de", 200)),
        domains=(("site.example", 450),),
        distributions=(),
        examples=tuple(document(number) for number in range(count)),
        thumbnails=((KEPT_PICTURE, jpeg()), (SMALL_PICTURE, jpeg())),
        histograms=(Histogram(WORDS, (9,) * n, (1,) * n, (Limit(10, "documents.min_words"),)),),
        counted=(NameCounts("Formats of pictures", (("jpeg", 900),)),),
        cases=(
            PictureCase("kept", KEPT_PICTURE, f"{1:032x}", "https://site.example/1"),
            PictureCase("image_size", SMALL_PICTURE, f"{5:032x}", "https://site.example/5", 16.0),
        ),
    )


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("report") / "report.html"
    place.write_text(report_html(release(40)), encoding="utf-8")
    return place


def said(page: Page) -> str:
    return str(page.run("document.getElementById('shown').textContent"))


def fill(page: Page, name: str, value: str) -> None:
    page.run(
        f"(() => {{ const e = document.forms[0].elements['{name}']; e.value = '{value}';"
        " e.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )


def test_a_thousand_documents_open(page: Page, tmp_path: Path) -> None:
    """How long that takes is told, and asserted nowhere."""
    many = tmp_path / "many.html"
    many.write_text(report_html(release(1_000)), encoding="utf-8")
    began = time.perf_counter()
    page.open(many)
    assert page.run(f"{VISIBLE}.length") == 1_000
    took = time.perf_counter() - began
    began = time.perf_counter()
    fill(page, "words", "otters")
    assert said(page) == "1 of 1000 shown"
    searched = time.perf_counter() - began
    size = many.stat().st_size / 1e6
    print(f"1,000 documents, {size:.1f} MB: open after {took:.2f} s, searched in {searched:.2f} s")


def test_a_click_on_a_row_of_the_funnel_shows_its_cases(page: Page, file: Path) -> None:
    page.open(file)
    assert said(page) == "40 of 40 shown"
    page.click('#funnel a.cases[data-reason="image_size"]')
    assert said(page) == "8 of 40 shown"
    assert page.run(f"{VISIBLE}[0].open")
    assert page.run("document.querySelectorAll('.node.met').length") == 8
    assert page.run("document.querySelector('.grid[data-reason=image_size]').open")
    top = page.run("document.querySelector('.node.met').getBoundingClientRect().top")
    assert 0 <= top <= page.run("innerHeight")
    page.click('#filter button[type="reset"]')
    page.run("new Promise(done => setTimeout(done, 20))")
    assert said(page) == "40 of 40 shown"


def test_pages_are_found_by_words_language_domain_and_score(page: Page, file: Path) -> None:
    page.open(file)
    page.click('#filter input[name="words"]')
    page.type("otters")
    assert said(page) == "1 of 40 shown"
    assert page.run(f"{VISIBLE}[0].querySelector('h3').textContent") == "Otters"
    fill(page, "words", "")
    fill(page, "language", "de")
    assert said(page) == "10 of 40 shown"
    fill(page, "domain", "site.example")  # the odd ones; German are multiples of four
    assert said(page) == "0 of 40 shown"
    fill(page, "domain", "")
    fill(page, "language", "")
    fill(page, "score", "language score")
    fill(page, "least", "0.3")
    assert said(page) == "10 of 40 shown"
    fill(page, "most", "0.34")
    assert said(page) == "5 of 40 shown"


def test_the_keyboard_is_enough(page: Page, file: Path) -> None:
    page.open(file)
    page.run("document.querySelector('#funnel a.cases[data-reason=document_words]').focus()")
    page.press("Enter", 13)
    assert said(page) == "4 of 40 shown"
    assert page.run("document.activeElement.tagName") == "SUMMARY"
    page.press("Enter", 13)  # folds what was opened
    assert not page.run(f"{VISIBLE}[0].open")
    page.press("Enter", 13)
    page.press("Tab", 9)
    assert page.run("document.activeElement.textContent") == "Open the page"
    page.press("Tab", 9)
    assert page.run("document.activeElement.textContent") == "Copy"


def test_the_command_of_a_page_is_copied(page: Page, file: Path) -> None:
    page.open(file)
    command = page.run(
        "document.querySelector('.example[open] .about code + button')"
        ".previousElementSibling.textContent"
    )
    assert re.fullmatch(r"interleaf explain \. [0-9a-f]{32}", command)
    page.click(".example[open] button.copy")
    page.run("new Promise(done => setTimeout(done, 50))")
    text = page.run("document.querySelector('.example[open] button.copy').textContent")
    assert text in ("Copied", "Selected: copy it")
    page.click('#filter input[name="words"]')
    page.send("Input.dispatchKeyEvent", type="keyDown", key="v", commands=["paste"])
    assert page.run("document.forms[0].elements.words.value") == command


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_it_fits_a_phone_and_is_legible_in_the_dark(
    page: Page, file: Path, width: int, scheme: str
) -> None:
    wide = {"width": width, "height": 740, "deviceScaleFactor": 1, "mobile": width < 500}
    page.send("Emulation.setDeviceMetricsOverride", **wide)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    page.send("Emulation.setEmulatedMedia", features=features)
    page.open(file)
    assert page.run("document.documentElement.scrollWidth") <= width
    light = page.run(
        "['body', '.chart text', '.tile dt'].map(s => getComputedStyle(document.querySelector(s)))"
        ".map(s => [s.color, s.fill, getComputedStyle(document.body).backgroundColor])"
    )
    for color, fill_of, behind in light:
        assert contrast(color, behind) >= 4.5, (color, behind)
        if fill_of != "rgb(0, 0, 0)":
            assert contrast(fill_of, behind) >= 4.5
    page.send("Emulation.clearDeviceMetricsOverride")
    page.send("Emulation.setEmulatedMedia", features=[])


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2.2 reckons it."""

    def light(color: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_without_a_script_everything_can_be_read(page: Page, file: Path) -> None:
    page.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.open(file)
        box = page.send("DOM.getDocument", depth=0)["root"]["nodeId"]

        def attributes(selector: str) -> list[str]:
            found = page.send("DOM.querySelector", nodeId=box, selector=selector)["nodeId"]
            return list(page.send("DOM.getAttributes", nodeId=found)["attributes"])

        assert "hidden" in attributes("#filter")
        assert "hidden" in attributes("button.copy")
        target = attributes('#funnel a.cases[data-reason="image_size"]')
        anchor = target[target.index("href") + 1]
        all_ids = re.findall(r'id="(d-[0-9a-f]+)"', file.read_text("utf-8"))
        assert anchor.removeprefix("#") in all_ids
        html = page.send("DOM.getOuterHTML", nodeId=box)["outerHTML"]
        assert "interleaf explain . " in html
        assert html.count('class="example"') == 40
    finally:
        page.send("Emulation.setScriptExecutionDisabled", value=False)


def test_two_runs_stand_side_by_side(page: Page, tmp_path: Path) -> None:
    from obelics_like.release.facts import shared_facts  # noqa: PLC0415

    facts = release(3)
    other = "[release]\nname = 'july'\n[documents]\nmin_words = 20\n"
    rows = (FunnelRow("document", "kept", 500), FunnelRow("document", "document_images", 500))
    beside = compared(facts.funnel, shared_facts(facts).settings, rows, other)
    file = tmp_path / "report.html"
    file.write_text(report_html(replace(facts, comparison=beside)), encoding="utf-8")
    page.open(file)
    said = page.run("document.getElementById('compared').innerText")
    assert "july" in said
    assert re.search(r"kept\s+900\s+500\s+\+40\.0", said)
    assert re.search(r"document_images\s+0\s+500\s+-50\.0", said)
    assert re.search(r"documents\.min_words\s+10\s+20", said)


def test_it_asks_for_nothing_and_complains_of_nothing(page: Page) -> None:
    """Of all that was done above."""
    assert page.asked_for() == []
    assert page.errors() == []
