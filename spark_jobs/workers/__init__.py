"""The daemons that Python workers are forked from."""
