"""What both corpora mean by page, image and text. No Spark; sockets in `fetch` only."""
