"""Which tables of a page hold data, and which only lay it out."""

from obelics_like.page_tree import Page


def data_tables(page: Page) -> frozenset[int]:
    """Return the places in Page.blocks of tables that hold data."""
    blocks = page.blocks
    tables: dict[int, list[int]] = {}  # rows, cells, headers
    for place, block in enumerate(blocks):
        name = block.name
        if name == "table":
            if not block.look.presentation:
                tables[place] = [0, 0, 0]
        elif tables and name in ("tr", "td", "th", "caption", "thead", "tfoot"):
            parent = block.parent
            while parent >= 0 and blocks[parent].name != "table":
                parent = blocks[parent].parent
            if parent in tables:
                counts = tables[parent]
                if name == "tr":
                    counts[0] += 1
                elif name in ("td", "th"):
                    counts[1] += 1
                if name in ("th", "caption", "thead", "tfoot"):
                    counts[2] = 1
    return frozenset(
        place
        for place, (rows, cells, headed) in tables.items()
        if headed or (rows >= 2 and cells >= 2 * rows and (rows >= 10 or cells > 10))
    )
