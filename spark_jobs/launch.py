"""Starting one job under spark-submit: its settings file, its errors in words, its exit status."""

import sys
from collections.abc import Callable
from pathlib import Path

from spark_jobs.run_folder import RunFolderError
from webdoc.settings import SettingsError


def launch(main: Callable[[str], None]) -> int:
    """Run a job with the settings file that the command line names.

    Returns:
        0 when its tables were written, 2 when settings or tables before it are wrong.
    """
    if len(sys.argv) != 2:
        print(f"usage: {Path(sys.argv[0]).name} SETTINGS.toml", file=sys.stderr)
        return 2
    try:
        main(sys.argv[1])
    except (SettingsError, RunFolderError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0
