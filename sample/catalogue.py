"""Which pictures the sample web has: address, size in pixels and the scene that is painted."""

from functools import partial

from sample import charts as d
from sample import objects as o
from sample import scenery as s
from sample.canvas import Scene

ORANGE, RED, GREEN = (216, 120, 50), (190, 60, 50), (100, 140, 70)
PLUM, HONEY, BLUE = (96, 50, 100), (232, 160, 40), (60, 110, 150)
YELLOW, BROWN, SLATE = (226, 190, 70), (150, 96, 56), (110, 116, 126)

# Addresses without their scheme.
SCENES: list[tuple[str, tuple[int, int], Scene]] = [
    (
        "news.example/static/logo.png",
        (220, 60),
        partial(d.sign, word="The Harbour Post", paint=(30, 60, 90)),
    ),
    ("news.example/img/seals-wall.jpg", (640, 427), partial(s.sea, time="grey", seals=4)),
    ("news.example/img/thumb-seals.jpg", (120, 80), partial(s.sea, time="grey", seals=4)),
    ("news.example/img/market-900.avif", (900, 600), partial(s.street, stalls=3)),
    ("news.example/img/market.jpg", (640, 427), partial(s.street, stalls=3)),
    ("news.example/img/thumb-market.jpg", (120, 80), partial(s.street, stalls=3)),
    ("news.example/img/lamps-400.jpg", (400, 267), partial(s.street, time="dusk", wet=True)),
    ("news.example/img/lamps-800.jpg", (800, 533), partial(s.street, time="dusk", wet=True)),
    ("news.example/img/lamps-1200.jpg", (1200, 800), partial(s.street, time="dusk", wet=True)),
    ("news.example/media/old-bridge.jpg", (640, 427), partial(s.river, bridge=True)),
    (
        "news.example/img/passengers.png",
        (600, 380),
        partial(
            d.bars,
            title="Passengers by hour, in hundreds",
            values=(("6", 18), ("7", 62), ("8", 88), ("9", 47), ("12", 35), ("17", 79), ("20", 26)),
        ),
    ),
    (
        "news.example/img/tram-night.jpg",
        (640, 427),
        partial(s.street, time="night", tram=True, wet=True),
    ),
    ("news.example/img/keeper-dusk.jpg", (640, 427), partial(s.sea, time="dusk", tower=True)),
    ("news.example/img/keeper-night.jpg", (640, 427), partial(s.sea, time="night", tower=True)),
    ("ads.example/pixel.gif?u=1", (1, 1), partial(d.sign, word="", paint=(255, 255, 255))),
    ("ads.example/ferry-728x90.png", (728, 90), partial(d.sign, word="Ferry tickets", paint=BLUE)),
    (
        "cdn.example/campaign/river-week.jpg",
        (420, 260),
        partial(d.sign, word="Read a river week", paint=(40, 120, 110)),
    ),
    ("blog.example/wp-content/site-icon.png", (64, 64), partial(d.sign, word="SB", paint=BROWN)),
    ("blog.example/wp-content/avatar.png", (48, 48), partial(d.sign, word="M", paint=PLUM)),
    (
        "blog.example/wp-content/uploads/starter-jars.jpg",
        (640, 427),
        partial(o.jars, contents=((206, 186, 150), (222, 206, 170), (236, 222, 190))),
    ),
    (
        "blog.example/wp-content/uploads/starter-bowl.jpg",
        (640, 427),
        partial(o.bowl, filling=(222, 206, 172), bits=((240, 230, 206), (206, 186, 150))),
    ),
    ("blog.example/wp-content/uploads/rye-tin-320.jpg", (320, 214), partial(o.loaf, tin=True)),
    ("blog.example/wp-content/uploads/rye-tin-640.jpg", (640, 427), partial(o.loaf, tin=True)),
    ("blog.example/wp-content/uploads/rye-tin-960.jpg", (960, 640), partial(o.loaf, tin=True)),
    (
        "blog.example/wp-content/uploads/rye-cut.jpg",
        (640, 427),
        partial(o.loaf, wall=(170, 150, 130), tin=True, cut=True),
    ),
    ("blog.example/wp-content/uploads/rule.png", (620, 24), partial(d.sign, word="", paint=BROWN)),
    ("blog.example/wp-content/uploads/wheat-ear.png", (90, 90), partial(o.leaves, tints=(YELLOW,))),
    ("blog.example/wp-content/uploads/stone-loaf.jpg", (640, 427), partial(o.loaf, cut=True)),
    ("mirror.example/kitchen/img/stone-loaf.jpg", (640, 427), partial(o.loaf, cut=True)),
    (
        "blog.example/wp-content/uploads/stone-heat.png",
        (600, 380),
        partial(
            d.curve,
            title="Stone, degrees over the quarter hours",
            heights=(8, 38, 61, 76, 85, 91, 94),
            colour=RED,
        ),
    ),
    (
        "blog.example/wp-content/uploads/crumb-bowl.jpg",
        (640, 427),
        partial(
            o.bowl, filling=(190, 140, 80), bits=((220, 176, 110), GREEN), cloth=(220, 210, 200)
        ),
    ),
    ("recipes.example/assets/icon-print.png", (16, 16), partial(d.sign, word="", paint=SLATE)),
    (
        "recipes.example/assets/brand.png",
        (140, 40),
        partial(d.sign, word="One Good Pot", paint=ORANGE),
    ),
    (
        "recipes.example/photos/carrot-soup.jpg",
        (640, 427),
        partial(o.bowl, filling=ORANGE, bits=((240, 180, 90), (110, 80, 40))),
    ),
    (
        "recipes.example/photos/carrot-board.jpg",
        (640, 427),
        partial(
            o.bowl, filling=(236, 226, 206), bits=(ORANGE, (236, 150, 70)), cloth=(200, 206, 190)
        ),
    ),
    ("recipes.example/photos/plums.jpg", (640, 427), partial(o.fruit, tints=(PLUM, (70, 50, 110)))),
    (
        "recipes.example/photos/plum-tray.jpg",
        (640, 427),
        partial(o.bowl, filling=(226, 196, 140), bits=(PLUM, (130, 60, 90)), cloth=(190, 196, 200)),
    ),
    (
        "img.example/w_640,h_427,c_fill/beans%20in%20jars.jpg",
        (640, 427),
        partial(o.jars, contents=((120, 150, 70), (140, 160, 80), (104, 136, 64))),
    ),
    (
        "img.example/w_320,h_214,c_fill/beans.jpg",
        (320, 214),
        partial(o.leaves, tints=(GREEN, (120, 160, 80))),
    ),
    (
        "img.example/w_640,h_427,c_fill/beans.jpg",
        (640, 427),
        partial(o.leaves, tints=(GREEN, (120, 160, 80))),
    ),
    ("wiki.example/w/resources/wiki-logo.png", (135, 135), partial(d.sign, word="C", paint=SLATE)),
    ("wiki.example/media/lens-front.jpg", (400, 300), o.rings),
    (
        "wiki.example/media/lighthouse-night.jpg",
        (300, 200),
        partial(s.sea, time="night", tower=True, boats=1),
    ),
    (
        "wiki.example/media/lighthouse-night-600.jpg",
        (600, 400),
        partial(s.sea, time="night", tower=True, boats=1),
    ),
    ("wiki.example/media/tide-mill.jpg", (640, 427), partial(s.river, time="dawn", mill=True)),
    (
        "wiki.example/media/tide-curve.png",
        (600, 380),
        partial(
            d.curve,
            title="Water level in the basin, by hour",
            heights=(12, 34, 66, 90, 96, 95, 70, 44, 24, 12),
        ),
    ),
    ("wiki.example/media/moss-cushions.jpg", (640, 427), o.moss),
    (
        "shop.example/i/logo-wheelhouse.png",
        (180, 50),
        partial(d.sign, word="Wheelhouse", paint=(50, 90, 80)),
    ),
    ("shop.example/i/icon_cart.png", (24, 24), partial(d.sign, word="", paint=(50, 90, 80))),
    ("shop.example/i/pump-small.jpg", (160, 160), partial(d.sign, word="pump", paint=SLATE)),
    ("shop.example/i/errand-green.jpg", (640, 427), partial(o.bicycle, paint=(60, 120, 90))),
    (
        "shop.example/i/errand-loaded.jpg",
        (640, 427),
        partial(o.bicycle, paint=(60, 120, 90), load=True),
    ),
    (
        "docs.example/_images/pipeline.png",
        (640, 330),
        partial(d.boxes, names=("file", "guess", "check", "ledger")),
    ),
    (
        "docs.example/_images/rules.png",
        (640, 330),
        partial(d.boxes, names=("entry", "rule 1", "rule 2", "rule 3"), colour=(120, 150, 90)),
    ),
    ("forum.example/img/avatar-1.png", (60, 60), partial(d.sign, word="h", paint=GREEN)),
    ("forum.example/img/avatar-2.png", (60, 60), partial(d.sign, word="o", paint=BROWN)),
    ("forum.example/img/icon-new.gif", (16, 16), partial(d.sign, word="", paint=RED)),
    ("forum.example/upload/bees-meadow.jpg", (640, 427), partial(s.meadow, bees=3)),
    ("forum.example/upload/comb.jpg", (640, 427), o.honeycomb),
    (
        "forum.example/upload/beds.jpg",
        (640, 427),
        partial(s.meadow, petal=(226, 150, 60), rows=True),
    ),
    (
        "garden.example/bilder/garden_june.jpg",
        (480, 320),
        partial(s.hills, trees=6, path=True, near=(110, 150, 70)),
    ),
    (
        "garden.example/bilder/robin.jpg",
        (420, 300),
        partial(o.bird, plumage=(120, 96, 70), breast=(214, 100, 50)),
    ),
    (
        "garden.example/bilder/rose_bed.jpg",
        (480, 320),
        partial(s.meadow, petal=(206, 40, 70), rows=True),
    ),
    (
        "garden.example/bilder/hen_brown.jpg",
        (300, 220),
        partial(o.bird, plumage=(150, 84, 44), breast=(180, 110, 60), comb=True),
    ),
    (
        "garden.example/bilder/hen_grey.jpg",
        (300, 220),
        partial(o.bird, plumage=SLATE, breast=(150, 156, 164), comb=True),
    ),
    ("garden.example/bilder/spacer.gif", (1, 1), partial(d.sign, word="", paint=(255, 255, 255))),
    (
        "garden.example/bilder/under_construction.gif",
        (200, 160),
        partial(d.sign, word="soon", paint=YELLOW),
    ),
    (
        "museum.example/collection/images/type-case.jpg",
        (640, 427),
        partial(o.type_case, letters="THEQUICKBROWNFOXJU"),
    ),
    (
        "museum.example/collection/images/leaf-print.jpg",
        (640, 427),
        partial(o.leaves, tints=((60, 66, 60), (80, 84, 80)), ground=(232, 222, 200)),
    ),
    ("museum.example/collection/images/town-map.png", (560, 380), d.town_map),
    (
        "museum.example/collection/images/harbour-plan.jpg",
        (560, 380),
        partial(d.town_map, water=(120, 170, 200)),
    ),
    (
        "museum.example/collection/images/button_search.gif",
        (60, 24),
        partial(d.sign, word="go", paint=SLATE),
    ),
    ("photos.example/ui/sprite-icons.png", (20, 20), partial(d.sign, word="", paint=BLUE)),
    ("photos.example/p/ridge-dawn.jpg", (640, 427), s.peaks),
    ("photos.example/p/ridge-path.jpg", (640, 427), partial(s.pasture, sheep=6)),
    ("photos.example/p/ridge-wood.jpg", (640, 427), partial(s.forest, mushrooms=4)),
    ("photos.example/p/ridge-lake.jpg", (640, 427), partial(s.sea, boats=3)),
    (
        "photos.example/p/leaves-red.webp",
        (640, 427),
        partial(o.leaves, tints=(RED, BROWN, (170, 80, 50))),
    ),
    (
        "photos.example/p/leaves-yellow.webp",
        (640, 427),
        partial(o.leaves, tints=(YELLOW, (236, 206, 110))),
    ),
    ("photos.example/p/falling.gif", (200, 200), partial(o.leaves, tints=(ORANGE,))),
    ("photos.example/p/rain-street.jpg", (640, 427), partial(s.street, time="grey", wet=True)),
    ("photos.example/p/grey-sea.jpg", (640, 427), partial(s.sea, time="grey", boats=1)),
    ("velo.example/img/logo.png", (160, 60), partial(d.sign, word="Roue libre", paint=BLUE)),
    ("velo.example/photos/canal-pont.jpg", (640, 427), partial(s.river, time="dusk", bridge=True)),
    ("velo.example/photos/velo-charge.jpg", (640, 427), partial(o.bicycle, paint=RED, load=True)),
    (
        "velo.example/photos/velo-bleu.jpg",
        (640, 427),
        partial(o.bicycle, paint=BLUE, ground=(214, 190, 160)),
    ),
    ("wandern.example/bilder/birken.jpg", (640, 427), partial(s.forest, leaf=(130, 160, 80))),
    ("wandern.example/bilder/torfmoos.jpg", (640, 427), partial(o.moss, green=(150, 150, 60))),
    (
        "wandern.example/bilder/lettern.jpg",
        (640, 427),
        partial(o.type_case, letters="HEFTEBINDENABCDEFG"),
    ),
    ("mercado.example/fotos/puestos.jpg", (640, 427), partial(s.street, stalls=4)),
    (
        "mercado.example/fotos/naranjas.jpg",
        (640, 427),
        partial(o.fruit, tints=((240, 150, 40), HONEY), wall=(120, 150, 150)),
    ),
    (
        "mercado.example/fotos/faro.jpg",
        (640, 427),
        partial(s.sea, time="dusk", tower=True, boats=2),
    ),
    (
        "cha.example/tu/tea-hills.jpg",
        (640, 427),
        partial(s.hills, time="dawn", near=(70, 130, 80), trees=3, path=True),
    ),
    ("cha.example/tu/teapot.jpg", (640, 427), partial(o.cup, glaze=(120, 80, 60), pot=True)),
    ("cha.example/tu/old-bridge.jpg", (640, 427), partial(s.river, time="grey", bridge=True)),
    ("fjara.example/myndir/fjara.jpg", (640, 427), partial(s.sea, time="dawn", seals=2)),
    ("khubz.example/suwar/bread.jpg", (640, 427), partial(o.loaf, wall=(206, 180, 140))),
    ("deals.example/img/buy-button.png", (300, 150), partial(d.sign, word="Buy now", paint=RED)),
    ("library.example/theme/crest.png", (56, 56), partial(d.sign, word="A", paint=PLUM)),
    ("library.example/media/blank.gif", (1, 1), partial(d.sign, word="", paint=(255, 255, 255))),
    (
        "library.example/media/reading-desk.jpg",
        (640, 427),
        partial(o.cup, glaze=(70, 110, 140), wall=(196, 170, 150), pot=True),
    ),
    (
        "library.example/media/paper-leaves-500.jpg",
        (500, 333),
        partial(o.leaves, tints=((60, 90, 120), (150, 70, 60)), ground=(230, 214, 180)),
    ),
    (
        "library.example/media/paper-leaves-1000.jpg",
        (1000, 667),
        partial(o.leaves, tints=((60, 90, 120), (150, 70, 60)), ground=(230, 214, 180)),
    ),
    (
        "library.example/media/seed-jars.jpg",
        (640, 427),
        partial(o.jars, contents=((200, 170, 110), (90, 60, 44), (160, 60, 50), (222, 206, 160))),
    ),
    ("library.example/media/meadow-red.jpg", (420, 315), partial(s.meadow, petal=(206, 50, 44))),
    (
        "library.example/media/meadow-yellow.jpg",
        (420, 315),
        partial(s.meadow, petal=(240, 200, 60), bees=1),
    ),
]
