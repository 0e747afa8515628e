"""The shape of the code: who imports whom, what is named how, and what no file may hold."""

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
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
        {"page", "index"},
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
IDS = [str(file.relative_to(ROOT)) for file in MODULES]
each_module = pytest.mark.parametrize("file", MODULES, ids=IDS)


def dotted(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(file: Path) -> Iterator[str]:
    """Yield the dotted name of each imported module, and of each name taken from one."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, places: set[str]) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


@each_module
def test_imports_follow_the_data(file: Path) -> None:
    own = dotted(file).split(".")[0]
    ours = {name.split(".")[0] for name in imports(file)} & (MAY_IMPORT.keys() | {"tests"})
    assert ours <= MAY_IMPORT[own] | {own}


def room(name: str) -> tuple[str, str]:
    """Return the package of a module and its room, "" for the package's first level."""
    package, *rest = name.split(".")
    known = set().union(*FLOORS.get(package, ()))
    return package, rest[0] if rest and rest[0] in known else ""


@pytest.mark.parametrize("package", FLOORS)
def test_every_folder_is_a_room(package: str) -> None:
    folders = {folder.parent.name for folder in (ROOT / package).glob("*/__init__.py")}
    modules = {file.stem for file in (ROOT / package).glob("*.py")}
    assert folders | {""} == set().union(*FLOORS[package]) - modules


@each_module
def test_rooms_import_lower_floors_only(file: Path) -> None:
    package, own = room(dotted(file))
    floors = FLOORS.get(package, ())
    height = {name: floor for floor, rooms in enumerate(floors) for name in rooms}
    upwards = [
        name
        for name in imports(file)
        if is_module(name) and (place := room(name))[0] == package and place[1] != own
        if height[place[1]] >= height[own]
    ]
    assert upwards == []


def is_module(name: str) -> bool:
    """Tell whether a name is a module of ours with code, not a name in one, nor a mere room."""
    return (ROOT / (name.replace(".", "/") + ".py")).is_file()


@each_module
def test_some_rooms_need_little(file: Path) -> None:
    for place, needs in ONLY_NEEDS.items():
        if within(dotted(file), {place}):
            ours = {name for name in imports(file) if name.split(".")[0] in MAY_IMPORT}
            assert [name for name in ours if is_module(name) and not within(name, needs)] == []


def path_of(name: str) -> str:
    """Return the path that a module of ours belongs to, "" for both."""
    parts = name.split(".")
    words = {parts[0].removesuffix("_like"), *(word for part in parts for word in part.split("_"))}
    return next((path for path in PATHS if path in words), "")


@each_module
def test_the_paths_do_not_know_each_other(file: Path) -> None:
    """Jobs and what serves them: a job of one path needs no job and no module of the other."""
    own = path_of(dotted(file))
    if own and dotted(file).startswith("spark_jobs"):
        assert [name for name in imports(file) if path_of(name) not in ("", own)] == []


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


@each_module
def test_foreign_packages_stay_where_they_belong(file: Path) -> None:
    taken = {name.split(".")[0] for name in imports(file)} & ONLY_IN.keys()
    assert [name for name in taken if not within(dotted(file), ONLY_IN[name])] == []


@each_module
def test_sockets_are_opened_in_one_module(file: Path) -> None:
    if dotted(file) != "webdoc.fetch.client":
        assert [name for name in imports(file) if within(name, SOCKETS)] == []


@each_module
def test_modules_say_what_they_are(file: Path) -> None:
    assert ast.get_docstring(ast.parse(file.read_bytes()))
    assert BANNED_NAMES.isdisjoint(file.relative_to(ROOT).with_suffix("").parts)


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
