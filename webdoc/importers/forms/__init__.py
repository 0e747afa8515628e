"""Published forms, a module each, named as `interleaf import --from` takes them."""
