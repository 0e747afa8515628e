"""What a run of the OBELICS path needs before its first job: a folder and its input files."""

from obelics_like.heads import READ_KINDS
from obelics_like.rules.marks import Mark
from obelics_like.settings import ObelicsSettings
from spark_jobs.run.folder import RunFolderError, prepare_folder
from spark_jobs.run.resume import Redo
from spark_jobs.run.tables import CLUSTERS, IMAGES, MARK_TABLES, RECORDS, SELECTED, SIGNATURES
from webdoc.duplicates.near_duplicates import NearCopy, TextSignature
from webdoc.index.plan import check_selection
from webdoc.index.pointers import Pointer
from webdoc.picture.look import PictureModels, check_picture_models
from webdoc.storage.inputs import ArchiveFile, expand_inputs
from webdoc.tables.images import StoredPicture

# The record of each table, so that a version that reads other columns refuses to go on.
TABLES: dict[str, type | dict[str, type]] = {
    SELECTED: Pointer,
    RECORDS: READ_KINDS,
    IMAGES: StoredPicture,
    SIGNATURES: TextSignature,
    CLUSTERS: NearCopy,
    **dict.fromkeys(MARK_TABLES, Mark),
}


def prepare(
    settings: ObelicsSettings,
    *,
    resume: bool = False,
    fresh: bool = False,
    redo: Redo | None = None,
    made_by: str = "",
) -> None:
    """Make the folder ready for a run of the OBELICS path: see `prepare_folder`.

    Raises:
        SettingsError: a model that looks at pictures is not installed.
    """
    check_picture_models(
        lambda: PictureModels.load(settings.images, settings.safety, settings.faces)
    )
    prepare_folder(
        settings,
        lambda: {"files": _files(settings)},
        resume=resume,
        fresh=fresh,
        made_by=made_by,
        redo=redo,
        tables=TABLES,
    )


def _files(settings: ObelicsSettings) -> list[ArchiveFile]:
    if settings.inputs and settings.index.is_given:
        raise RunFolderError("Inputs are read whole, an index selects records. Give one of both.")
    if settings.index.is_given:  # which files hold its records, the first step finds out
        check_selection(settings.index, settings.archives)
        return []
    if not settings.inputs:
        raise RunFolderError(
            "No input. Name WARC, ARC or WACZ files, folders, globs or lists, or an index with "
            "--index."
        )
    files = expand_inputs(settings.inputs, settings.archives.storage)
    if all(file.problem for file in files):
        problems = "; ".join(f"{file.name}: {file.problem}" for file in files[:3])
        raise RunFolderError(f"None of the inputs can be read ({problems}). Check their names.")
    return files
