"""Which blocks of a page are its main content: structure, link density and names decide."""

from dataclasses import dataclass, field

from obelics_like.page_tree import Block, Page, Run


@dataclass(slots=True)
class Choice:
    """What to keep of a page."""

    kept: list[int]  # blocks whose content is kept, in page order, none inside another
    dropped: set[int] = field(default_factory=set)  # blocks inside them that are left out


_START = {
    "div": 5.0,
    "pre": 3.0,
    "td": 3.0,
    "blockquote": 3.0,
    "address": -3.0,
    "ol": -3.0,
    "ul": -3.0,
    "dl": -3.0,
    "dd": -3.0,
    "dt": -3.0,
    "li": -3.0,
    "form": -3.0,
    "h1": -5.0,
    "h2": -5.0,
    "h3": -5.0,
    "h4": -5.0,
    "h5": -5.0,
    "h6": -5.0,
    "th": -5.0,
}
_PARAGRAPHS = frozenset("p td pre h2 h3 h4 h5 h6 section".split())
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_NEVER = frozenset("html body main article".split())


def choose(page: Page) -> Choice:
    best = None
    for level in range(3):
        c, size = attempt(page, level)
        if size >= 500:
            return c
        if best is None or size > best[1]:
            best = (c, size)
    return best[0]


def unlikely(page, strict):
    out = set()
    blocks = page.blocks
    depth_table = {}
    for i, b in enumerate(blocks):
        if b.parent in out:
            out.add(i)
            continue
        look = b.look
        if look.hidden:
            out.add(i)
            continue
        if strict and b.name not in ("body", "html", "main", "article"):
            if look.aside or (look.unlikely and not in_table(blocks, b)):
                out.add(i)
    return out


def in_table(blocks, b):
    p = b.parent
    for _ in range(12):
        if p < 0:
            return False
        if blocks[p].name in ("table",):
            return True
        p = blocks[p].parent
    return False


def attempt(page, level):
    blocks = page.blocks
    use_weight = level < 2
    out = unlikely(page, level < 1)
    n = len(blocks)
    for b in blocks:
        b.score = 0.0
        b.children = 0
        b.chars = b.link_chars = b.commas = b.images = b.items = b.paragraphs = 0
    touched = {}
    for i, b in enumerate(blocks):
        if b.parent >= 0 and i not in out:
            blocks[b.parent].children += 1

    def touch(i):
        b = blocks[i]
        if i not in touched:
            touched[i] = 1
            b.score = _START.get(b.name, 0.0) + (b.look.weight if use_weight else 0)
        return b

    for run in page.runs:
        if run.block in out:
            continue
        b = blocks[run.block]
        b.chars += run.chars
        b.link_chars += run.link_chars
        b.commas += run.commas
        b.images += run.images
        leaf = b.children == 0
        if b.name in ("p", "div"):
            b.paragraphs += 1
        if run.chars < 25:
            continue
        if b.name == "div":
            target = b.parent if leaf else run.block
        elif b.name in _PARAGRAPHS:
            target = b.parent
        else:
            continue
        s = 2 + run.commas + min(run.chars // 100, 3)
        d = 0
        while target > 0 and d < 5:
            touch(target).score += s / (1 if d == 0 else 2 if d == 1 else d * 3)
            target = blocks[target].parent
            d += 1
    # totals
    total = [(b.chars, b.link_chars) for b in blocks]
    tc = [b.chars for b in blocks]
    tl = [b.link_chars for b in blocks]
    for i in range(n - 1, 0, -1):
        if i in out:
            continue
        p = blocks[i].parent
        tc[p] += tc[i]
        tl[p] += tl[i]

    def density(i):
        return tl[i] / tc[i] if tc[i] else 0.0

    for i in touched:
        blocks[i].score *= 1 - density(i)
    cands = sorted(
        (i for i in touched if blocks[i].name not in ("html",)), key=lambda i: -blocks[i].score
    )[:5]
    body = next((i for i, b in enumerate(blocks) if b.name == "body"), 0)
    if not cands or blocks[cands[0]].name == "body":
        top = body
    else:
        top = cands[0]
        ts = blocks[top].score
        alts = []
        for c in cands[1:]:
            if ts > 0 and blocks[c].score / ts >= 0.75:
                alts.append(set(ancestors(blocks, c)))
        if len(alts) >= 3:
            p = blocks[top].parent
            while p > body:
                if sum(p in a for a in alts) >= 3:
                    top = p
                    break
                p = blocks[p].parent
        p = blocks[top].parent
        last = blocks[top].score
        thr = last / 3
        while p > body:
            sc = blocks[p].score
            if p not in touched:
                p = blocks[p].parent
                continue
            if sc < thr:
                break
            if sc > last:
                top = p
                break
            last = sc
            p = blocks[p].parent
        p = blocks[top].parent
        while p > body and blocks[p].children == 1:
            top = p
            p = blocks[p].parent
    kept = []
    if top == body:
        kept = [body]
    else:
        parent = blocks[top].parent
        ts = blocks[top].score
        thr = max(10.0, ts * 0.2)
        cls = blocks[top].look.words
        for i in range(parent + 1, n):
            b = blocks[i]
            if b.start > blocks[parent].end:
                break
            if b.parent != parent or i in out:
                continue
            if i == top:
                kept.append(i)
                continue
            bonus = ts * 0.2 if cls.strip() and b.look.words == cls else 0
            if i in touched and b.score + bonus >= thr:
                kept.append(i)
                continue
            if b.name == "p" or (b.name == "div" and b.children == 0):
                ld = density(i)
                if (tc[i] > 80 and ld < 0.25) or (0 < tc[i] < 80 and ld == 0):
                    kept.append(i)
    dropped, size = clean(page, out, kept, level)
    return Choice(kept, dropped), size


def ancestors(blocks, i):
    p = blocks[i].parent
    while p >= 0:
        yield p
        p = blocks[p].parent


def clean(page, out, kept, level):
    blocks = page.blocks
    dropped = set(out)
    size = 0
    cond = level < 2
    heads = [0] * len(blocks)
    listchars = [0] * len(blocks)
    inputs = [b.inputs for b in blocks]
    data = data_tables(page)
    for k in kept:
        end = blocks[k].end
        last = k
        while last + 1 < len(blocks) and blocks[last + 1].start < end:
            last += 1
        infig = {}
        for i in range(k, last + 1):
            b = blocks[i]
            p = b.parent
            f = infig.get(p, (False, False))
            infig[i] = (f[0] or b.name == "figure", f[1] or i in data or b.name in ("pre",))
        for i in range(last, k - 1, -1):
            if i in dropped:
                continue
            b = blocks[i]
            name = b.name
            look = b.look
            if name in _HEADINGS:
                heads[i] = b.chars
            if name in ("ul", "ol"):
                listchars[i] = b.chars
            if name == "li":
                b.items += 1
            if i != k:
                drop = (
                    name in ("footer", "aside", "fieldset_")
                    or (look.share and b.chars < 500)
                    or (look.byline and 0 < b.chars < 100)
                )
                if not drop and name in ("h1", "h2") and look.weight < 0:
                    drop = True
                if (
                    not drop
                    and cond
                    and name in ("form", "fieldset", "table", "ul", "ol", "div")
                    and not (name == "div" and b.children == 0)
                ):
                    fig, dat = infig[i]
                    if not dat:
                        drop = bad(b, fig, heads[i], listchars[i], inputs[i])
                if drop:
                    dropped.add(i)
                    continue
                p = blocks[b.parent]
                p.chars += b.chars
                p.link_chars += b.link_chars
                p.commas += b.commas
                p.images += b.images
                p.items += b.items
                p.paragraphs += b.paragraphs
                heads[b.parent] += heads[i]
                listchars[b.parent] += listchars[i]
                inputs[b.parent] += inputs[i]
        size += blocks[k].chars
    return dropped, size


def bad(b, fig, heads, lists, inputs):
    w = b.look.weight
    if w < 0:
        return True
    if b.commas >= 10:
        return False
    n = b.chars
    ld = b.link_chars / n if n else 0
    is_list = b.name in ("ul", "ol") or (n and lists / n > 0.9)
    li = b.items - 100
    hd = heads / n if n else 0
    if not fig and b.images > 1 and b.paragraphs / b.images < 0.5:
        return not (is_list and b.images == b.items)
    if not is_list and li > b.paragraphs:
        return True
    if inputs > b.paragraphs // 3:
        return True
    if (
        not is_list
        and hd < 0.9
        and n < 25
        and (b.images == 0 or b.images > 2)
        and not fig
        and ld > 0
    ):
        return True
    if not is_list and w < 25 and ld > 0.2:
        return True
    if w >= 25 and ld > 0.5:
        return True
    if b.images == 0 and n == 0:
        return True
    return False


def data_tables(page):
    blocks = page.blocks
    tables = {}
    for i, b in enumerate(blocks):
        if b.name == "table":
            tables[i] = [0, 0, not b.look.presentation, 0]
            p = b.parent
        elif b.name in ("tr", "td", "th", "caption", "thead", "tfoot", "table"):
            p = b.parent
            while p >= 0 and p not in tables:
                p = blocks[p].parent
            if p in tables:
                t = tables[p]
                if b.name == "tr":
                    t[0] += 1
                elif b.name in ("td", "th"):
                    t[1] += 1
                if b.name in ("th", "caption", "thead", "tfoot"):
                    t[3] = 1
    return {
        i
        for i, t in tables.items()
        if t[2]
        and (
            t[3]
            or (t[0] >= 2 and t[1] / t[0] >= 2 and (t[0] >= 10 or t[1] / t[0] > 4 or t[1] > 10))
        )
    }
