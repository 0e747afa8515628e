"""Who says that a page or a picture may not be used: headers, meta tags, robots.txt, lists."""
