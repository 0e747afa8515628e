"""Compiles the modules that every tag of every page goes through: `python hatch_build.py`.

Their source is plain Python with types and runs as it is; mypyc makes C of the same files, which
takes a fifth off the cost of a page (docs/decisions/compiled.md). `make install` compiles them in
place where the machine has a C compiler. A wheel gets them compiled with INTERLEAF_COMPILE=1.
"""

import os
import shutil
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
MODULES = (
    "webdoc/page/article.py",
    "webdoc/page/block_sums.py",
    "webdoc/page/class_names.py",
    "webdoc/page/clutter.py",
    "webdoc/page/complexity.py",
    "webdoc/page/data_tables.py",
    "webdoc/page/dom_paths.py",
    "webdoc/page/headline.py",
    "webdoc/page/image_source.py",
    "webdoc/page/learned/boosted_trees.py",
    "webdoc/page/learned/chosen_passages.py",
    "webdoc/page/learned/declared.py",
    "webdoc/page/learned/other_texts.py",
    "webdoc/page/learned/page_kind.py",
    "webdoc/page/learned/page_numbers.py",
    "webdoc/page/learned/passages.py",
    "webdoc/page/main_content.py",
    "webdoc/page/reader.py",
    "webdoc/page/renditions.py",
    "webdoc/page/tree.py",
    "webdoc/page/visible_text.py",
    "webdoc/page/walk.py",
    "webdoc/page/walked_images.py",
    "webdoc/page/walked_nodes.py",
    "webdoc/urls.py",
)
_SHARED = "webdoc.page.compiled"  # the library that holds the code of all of them


class CompileHook(BuildHookInterface):  # type: ignore[type-arg]
    """Puts compiled modules into a wheel that is asked for them."""

    def dependencies(self) -> list[str]:
        """Return what compiling takes beside hatchling."""
        return ["mypy>=1.13", "setuptools"] if _is_asked_for() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile, where that is asked for; a wheel then fits one kind of machine only."""
        if _is_asked_for() and self.target_name == "wheel":
            compile_in_place()
            build_data["pure_python"] = False
            build_data["infer_tag"] = True
            build_data["artifacts"] += [str(path.relative_to(ROOT)) for path in compiled_files()]


def compiled_files() -> list[Path]:
    """Return the compiled modules that stand beside their sources."""
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    folders = sorted({Path(module).parent for module in MODULES})
    return [file for folder in folders for file in sorted((ROOT / folder).glob(f"*{suffix}"))]


def compile_in_place() -> None:
    """Put compiled modules beside their sources, in the place of older ones."""
    from mypyc.build import mypycify  # noqa: PLC0415  # only where something is compiled
    from setuptools import Distribution  # noqa: PLC0415

    remove_compiled()
    os.chdir(ROOT)
    extensions = mypycify(
        list(MODULES), opt_level="3", debug_level="0", group_name=_SHARED, target_dir="build"
    )
    distribution = Distribution({"name": "interleaf", "ext_modules": extensions})
    command = distribution.get_command_obj("build_ext")
    command.inplace = True
    command.ensure_finalized()
    command.run()
    for file in compiled_files():
        file.touch()  # one that did not change keeps its time, and would look older than its source


def remove_compiled() -> None:
    """Go back to plain Python."""
    for file in compiled_files():
        file.unlink()


def _is_asked_for() -> bool:
    return os.environ.get("INTERLEAF_COMPILE") == "1"


def _missing() -> str:
    """Return what a machine lacks to compile, "" for nothing."""
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    if not shutil.which(compiler):
        return f"the C compiler {compiler}"
    header = Path(sysconfig.get_path("include")) / "Python.h"
    return "" if header.is_file() else f"Python's C headers ({header})"


def main(arguments: list[str]) -> int:
    """Compile, or say why not; `--plain` removes what was compiled."""
    missing = _missing()
    if arguments == ["--plain"]:
        remove_compiled()
    elif missing:
        remove_compiled()
        print(
            f"interleaf: {missing} is missing, so extraction runs as plain Python, by a quarter"
            " slower. On Debian and Ubuntu: apt-get install gcc python3-dev, then make compile.",
            file=sys.stderr,
        )
    else:
        print("interleaf: compiling extraction (half a minute)", file=sys.stderr)
        compile_in_place()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
