"""What `interleaf push` does: look at the release, say what would go, and upload when told to."""

import re
from hashlib import sha256
from pathlib import Path
from typing import Final

from huggingface_hub import DatasetCard, HfApi
from huggingface_hub.errors import HfHubHTTPError
from rich.console import Console

from webdoc.release.escaping import one_line
from webdoc.release.figures import size_text
from webdoc.settings import SettingsError

_CHECKSUMS: Final = "SHA256SUMS"
_REPO: Final = re.compile(r"[\w.-]+/[\w.-]+")
_BLOCK: Final = 1 << 22


class PushError(Exception):
    """The Hub refused, or was not there; the message says what it said."""

    exit_status = 1


def run_push(folder: str, repo: str, revision: str, *, upload: bool, private: bool) -> None:
    """Say what would be uploaded, and upload it when told to.

    Args:
        folder: of a release on this machine.
        repo: name/dataset.
        revision: branch.
        upload: whether to upload.
        private: whether a dataset that is made for it is private.

    Raises:
        SettingsError: no such release, a file that differs from its checksum, or no such name.
        PushError: the Hub's answer.
    """
    if not _REPO.fullmatch(repo):
        raise SettingsError(f"{repo!r} is no name of a dataset. Give name/dataset.")
    files = checked_files(Path(folder))
    console = Console()
    api = HfApi()
    size = sum((Path(folder) / name).stat().st_size for name in files)
    console.print(
        f"{folder} to {api.endpoint}/datasets/{repo}, branch {revision}: {len(files):,} files,"
        f" {size_text(size)}.",
        highlight=False,
        markup=False,
    )
    _say_card(console, Path(folder))
    if not upload:
        console.print("Nothing was uploaded. The same command with --yes uploads it.")
        return
    try:
        api.create_repo(repo, repo_type="dataset", private=private, exist_ok=True)
        done = api.upload_folder(
            repo_id=repo,
            repo_type="dataset",
            folder_path=folder,
            revision=revision,
            allow_patterns=files,
            commit_message="A release made by interleaf",
        )
    except (HfHubHTTPError, OSError) as error:
        raise PushError(
            f"{api.endpoint}: {one_line(str(error))[:300]}. The same command goes on from there."
        ) from error
    console.print(f"Uploaded: {done.commit_url}", highlight=False, markup=False)


def checked_files(folder: Path) -> list[str]:
    """Return the files of a release that lie as SHA256SUMS has them, and SHA256SUMS itself.

    Raises:
        SettingsError: no release on this machine, or a file is missing or was changed.
    """
    sums = folder / _CHECKSUMS
    if not sums.is_file():
        raise SettingsError(
            f"{folder} holds no whole release on this machine. Copy it here first if it lies in a"
            " store."
        )
    pairs = [line.split("  ", 1) for line in sums.read_text("utf-8").splitlines() if line]
    wrong = [name for digest, name in pairs if _digest(folder / name) != digest]
    if wrong:
        raise SettingsError(
            f"{folder}: {', '.join(wrong[:3])} differs from {_CHECKSUMS}. `interleaf verify"
            f" {folder}` says more."
        )
    return sorted([name for _, name in pairs] + [_CHECKSUMS])


def _digest(path: Path) -> str:
    found = sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                found.update(block)
    except OSError:
        return ""
    return found.hexdigest()


def _say_card(console: Console, folder: Path) -> None:
    data = DatasetCard((folder / "README.md").read_text("utf-8")).data
    console.print(
        f"Its card calls it {one_line(str(data.get('pretty_name')))}, licence"
        f" {one_line(str(data.get('license')))}. Look at README.md before others do: the release of"
        " a run says what release.name and release.licence were.",
        highlight=False,
        markup=False,
    )
