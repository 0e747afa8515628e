"""Jobs that make a release of releases, and those that look through one."""
