"""Commands on releases: what is made of one, and what looks through one."""
