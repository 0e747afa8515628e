"""What every job needs: a session, a run folder, tables, files, progress."""
