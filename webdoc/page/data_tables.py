"""Which tables of a page hold data, and which only lay it out."""

from webdoc.page.tree import Block

_PARTS = {"tr": 0, "td": 1, "th": 2, "caption": 2, "thead": 2, "tfoot": 2}


def data_tables(blocks: list[Block]) -> frozenset[int]:
    """Return the places of tables that hold data.

    A role says it; else a heading cell or a caption, or many cells in rows of two and more.
    Source of the numbers: Readability, which takes 10 rows or more than 4 columns for data.
    """
    counts: dict[int, list[int]] = {}  # of each table: rows, cells, signs of a heading
    data: set[int] = set()
    for place, block in enumerate(blocks):
        name = block.name
        if name == "table":
            if block.look.data_table is None:
                counts[place] = [0, 0, 0]
            elif block.look.data_table:
                data.add(place)
        elif counts and name in _PARTS:
            parent = block.parent
            while parent >= 0 and blocks[parent].name != "table":
                parent = blocks[parent].parent
            if parent in counts:
                counts[parent][_PARTS[name]] += 1
    data.update(
        place
        for place, (rows, cells, headings) in counts.items()
        if headings or (rows >= 2 and cells >= 2 * rows and (rows >= 10 or cells > 10))
    )
    return frozenset(data)
