"""The shape of the code: who imports whom, what is named how, and what no file may hold."""

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# What each package may import of the others. Data flows the same way.
MAY_IMPORT = {
    "webdoc": set(),
    "obelics_like": {"webdoc"},
    "mmc4_like": {"webdoc"},
    "spark_jobs": {"webdoc", "obelics_like", "mmc4_like"},
    "interleaf": {"webdoc", "obelics_like", "mmc4_like", "spark_jobs"},
}
# The rooms of a package, one floor a line: a room imports rooms of lower floors freely, and others
# of its own floor never. "" is the package's first level; a single module may be a floor's ground.
FLOORS = {
    "webdoc": (
        {""},
        {"storage", "text", "rights", "release"},
        {"picture"},
        {"permission", "clip", "duplicates"},
        {"archive", "fetch", "scores"},
        {"page", "index", "balance"},
        {"tables"},
        {"exporters"},
        {"derived"},
        {"importers"},
    ),
    "obelics_like": ({"rules"}, {""}, {"release"}),
    "mmc4_like": ({"records"}, {"texts"}, {"rules"}, {""}, {"release"}),
    "spark_jobs": (
        {"run"},
        {"marks"},
        {"sources", "vectors", "duplicates"},
        {"balance"},
        {"release"},
        {"scores"},
        {"derived"},
        {""},
        {"workers"},
    ),
}
# What a room may not import though its floor is higher: the ground that both releases stand on
# needs the reasons, and what settings say of themselves, and nothing else of ours.
ONLY_NEEDS = {
    "webdoc.release": {"webdoc.reasons", "webdoc.release", "webdoc.settings", "webdoc.version"}
}
PATHS = ("obelics", "mmc4")  # no job of one imports a job or module of the other
# Foreign packages that only some of our modules may import. The doctor tries Spark itself.
ONLY_IN = {
    "pyspark": {"spark_jobs", "interleaf.doctor_spark"},
    "fsspec": {"webdoc", "spark_jobs", "interleaf"},
}
SOCKETS = {
    "socket", "ssl", "ftplib", "http.client", "http.server", "urllib.request",
    "aiohttp", "requests", "urllib3", "httpx", "boto3", "botocore",
}  # fmt: skip
MAX_LINES, MAX_FILES = 400, 30  # of a file, in a folder
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager"}

MODULES = sorted(file for package in MAY_IMPORT for file in (ROOT / package).rglob("*.py"))


def dotted(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_bytes())


@cache
def imports(file: Path) -> tuple[str, ...]:
    """Return the dotted name of each imported module, and of each name taken from one."""
    names: list[str] = []
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            names += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
            names += (f"{node.module}.{alias.name}" for alias in node.names)
    return tuple(names)


def faults(faults_of: Callable[[Path], object]) -> dict[str, object]:
    """Return what is wrong with each module that has something wrong."""
    found = {str(file.relative_to(ROOT)): faults_of(file) for file in MODULES}
    return {name: wrong for name, wrong in found.items() if wrong}


def within(name: str, places: set[str]) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


def test_imports_follow_the_data() -> None:
    def backwards(file: Path) -> set[str]:
        package = dotted(file).split(".")[0]
        ours = {name.split(".")[0] for name in imports(file)} & (MAY_IMPORT.keys() | {"tests"})
        return ours - MAY_IMPORT[package] - {package}

    assert faults(backwards) == {}


@cache
def room(name: str) -> tuple[str, str]:
    """Return the package of a module and its room, "" for the package's first level."""
    package, *rest = name.split(".")
    rooms = set().union(*FLOORS.get(package, ()))
    return package, rest[0] if rest and rest[0] in rooms else ""


@pytest.mark.parametrize("package", FLOORS)
def test_every_folder_is_a_room(package: str) -> None:
    folders = {folder.parent.name for folder in (ROOT / package).glob("*/__init__.py")}
    modules = {file.stem for file in (ROOT / package).glob("*.py")}
    assert folders | {""} == set().union(*FLOORS[package]) - modules


def test_rooms_import_lower_floors_only() -> None:
    def upwards(file: Path) -> list[str]:
        package, here = room(dotted(file))
        floors = FLOORS.get(package, ())
        height = {name: floor for floor, rooms in enumerate(floors) for name in rooms}
        return [
            name
            for name in imports(file)
            if is_module(name) and (place := room(name))[0] == package and place[1] != here
            if height[place[1]] >= height[here]
        ]

    assert faults(upwards) == {}


@cache
def is_module(name: str) -> bool:
    """Tell whether a name is a module of ours with code, not a name in one, nor a mere room."""
    return (ROOT / (name.replace(".", "/") + ".py")).is_file()


def test_some_rooms_need_little() -> None:
    def needless(file: Path) -> list[str]:
        return [
            name
            for place, needs in ONLY_NEEDS.items()
            if within(dotted(file), {place})
            for name in imports(file)
            if name.split(".")[0] in MAY_IMPORT and is_module(name) and not within(name, needs)
        ]

    assert faults(needless) == {}


def path_of(name: str) -> str:
    """Return the path that a module of ours belongs to, "" for both."""
    parts = name.split(".")
    words = {parts[0].removesuffix("_like"), *(word for part in parts for word in part.split("_"))}
    return next((path for path in PATHS if path in words), "")


def test_the_paths_do_not_know_each_other() -> None:
    """Jobs and what serves them: a job of one path needs no job and no module of the other."""

    def strangers(file: Path) -> list[str]:
        path = path_of(dotted(file)) if dotted(file).startswith("spark_jobs") else ""
        return [name for name in imports(file) if path and path_of(name) not in ("", path)]

    assert faults(strangers) == {}


def test_the_first_level_of_spark_jobs_holds_jobs_alone() -> None:
    level = [file for file in (ROOT / "spark_jobs").glob("*.py") if file.name != "__init__.py"]
    assert [f.name for f in level if '__name__ == "__main__"' not in f.read_text("utf-8")] == []


@pytest.mark.parametrize(
    "folder", [*MAY_IMPORT, "tests", "benchmarks", "examples", "scripts", "sample"]
)
def test_files_and_folders_stay_small(folder: str) -> None:
    """A file that nobody reads to its end hides a second concept; so does a crowded folder."""
    files = list((ROOT / folder).rglob("*.py"))
    assert [f.name for f in files if len(f.read_text("utf-8").splitlines()) > MAX_LINES] == []
    crowds = Counter(file.parent for file in files)
    assert [place.name for place, count in crowds.items() if count > MAX_FILES] == []


def test_foreign_packages_stay_where_they_belong() -> None:
    def misplaced(file: Path) -> list[str]:
        taken = {name.split(".")[0] for name in imports(file)} & ONLY_IN.keys()
        return [name for name in taken if not within(dotted(file), ONLY_IN[name])]

    assert faults(misplaced) == {}


def test_sockets_are_opened_in_one_module() -> None:
    def sockets(file: Path) -> list[str]:
        opens_them = dotted(file) == "webdoc.fetch.client"
        return [name for name in imports(file) if within(name, SOCKETS) and not opens_them]

    assert faults(sockets) == {}


def test_modules_say_what_they_are() -> None:
    assert faults(lambda file: not ast.get_docstring(parsed(file))) == {}
    assert faults(lambda f: BANNED_NAMES & {*f.relative_to(ROOT).with_suffix("").parts}) == {}


def test_every_package_that_we_import_is_a_dependency() -> None:
    """An import that works only because another package happens to bring it breaks some day."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [
        project["optional-dependencies"][extra]
        for extra in ("clip", "safety", "perplexity", "signals")
    ]
    asked = {distribution(line) for line in sum(extras, project["dependencies"])}
    providers = packages_distributions()
    foreign = {name.split(".")[0] for file in MODULES for name in imports(file)}
    foreign -= MAY_IMPORT.keys() | sys.stdlib_module_names
    missing = [
        name for name in foreign if asked.isdisjoint(map(distribution, providers.get(name, [name])))
    ]
    assert missing == []


def distribution(requirement: str) -> str:
    """Return the normal form of the name at the start of a requirement."""
    name = re.split(r"[^\w.-]", requirement)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def tracked_files() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode:
        pytest.skip("not a git checkout, so nobody knows which files are ours")
    return [ROOT / name for name in listing.stdout.split("\0") if name]


def test_no_file_names_this_machine() -> None:
    """A path of somebody's machine works nowhere else."""
    machine = re.compile(rb"(?<![\w.~/-])/(?:work|root)/\w")
    found = [
        f"{file.relative_to(ROOT)}: {match[0].decode()}"
        for file in tracked_files()
        if file.is_file() and b"\0" not in (content := file.read_bytes())
        for match in machine.finditer(content)
    ]
    assert found == []


def test_locks_hold_hashes_and_no_host() -> None:
    locks = sorted(ROOT.glob("requirements*.lock"))
    assert locks
    for lock in locks:
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        pins = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE | re.IGNORECASE)[1:]
        assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


def test_pyspark_is_not_needed_to_read_a_page() -> None:
    """`interleaf page` answers at once only while no pure package pulls Spark in by a detour."""
    pure = [
        dotted(file)
        for file in MODULES
        if dotted(file).split(".")[0] in ("webdoc", "obelics_like", "mmc4_like")
    ]
    code = "import importlib, sys\n"
    code += f"for name in {pure}: importlib.import_module(name)\n"
    code += "print('pyspark' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stdout == "False\n"
