"""What a person sees first: help at once, examples that fit, names that are nearly right."""

import re
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from interleaf.cli import app
from interleaf.nearest_names import nearest_names

HEAVY = (
    "rich", "pyspark", "pyarrow", "numpy", "jinja2", "fsspec", "huggingface_hub", "asyncio",
    "webdoc.settings", "obelics_like", "mmc4_like", "spark_jobs",
)  # fmt: skip
COMMANDS = sorted(
    command.name or command.callback.__name__.replace("_", "-")  # type: ignore[union-attr]
    for command in app.registered_commands
)


@pytest.mark.parametrize("arguments", [["--help"], ["obelics", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        f"sys.argv = ['interleaf', *{arguments}]\n"
        "from interleaf.cli import main\n"
        "try:\n    main()\n"
        f"except SystemExit:\n    print('HEAVY', [n for n in {HEAVY} if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "HEAVY []"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_an_example_of_itself(command: str) -> None:
    """And each option in it is one that the command has."""
    shown = " ".join(CliRunner().invoke(app, [command, "--help"]).output.split())
    shown = re.sub(r"(\w-) (?=\w)", r"\1", shown)  # a name cut at the end of a line
    example = re.search(rf"Example: interleaf {command}\b(.*?)(?:Arguments:|Options:)", shown)
    assert example
    options = set(re.findall(r"--[a-z-]+", shown.partition("Options:")[2]))
    assert set(re.findall(r"--[a-z-]+", example[1])) <= options


def test_the_list_of_commands_cuts_no_sentence() -> None:
    shown = CliRunner().invoke(app, ["--help"]).output
    assert "..." not in shown.partition("Commands:")[2]


NAMES = [
    "https://blog.example/2023/05/rye/",
    "https://blog.example/2023/03/starter/",
    "https://wiki.example/wiki/Tide_mill",
    "https://wiki.example/wiki/Tide",
    "0123456789abcdef0123456789abcdef",
]


@pytest.mark.parametrize(
    ("wanted", "first"),
    [
        ("http://blog.example/2023/05/rye", NAMES[0]),
        ("blog.example/2023/05/rye/#top", NAMES[0]),
        ("https://blog.example/2023/05/ry", NAMES[0]),
        ("https://wiki.example/wiki/Tide_mil", NAMES[2]),
        ("https://wiki.exmple/wiki/Tide_mill", NAMES[2]),
        ("0123456789ab", NAMES[4]),
    ],
)
def test_the_nearest_name_comes_first(wanted: str, first: str) -> None:
    assert nearest_names([*NAMES, *NAMES], wanted)[0] == first


def test_a_site_without_anything_alike_shows_what_it_has() -> None:
    near = nearest_names(NAMES, "https://wiki.example/q")
    assert set(near) == {NAMES[2], NAMES[3]}
    assert nearest_names(NAMES, "fox") == []
