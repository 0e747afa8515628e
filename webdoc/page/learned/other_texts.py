"""Words with which a page leads to something else: "Related", "More from", "Sign up"."""

import re

from webdoc.page.tree import Block, Page, unescaped
from webdoc.page.visible_text import Shown

MAX_CHARS = 80  # of a paragraph or heading that is looked at
_MAX_TAGS = 8  # from its start
# A heading or label that starts so, in the languages of most pages.
_OTHER = re.compile(
    r"\W*(?:"
    r"related\b|recommended|more (?:from|on|stories|news|posts|in|about|to read)\b"
    r"|read (?:more|next|also)\b"
    r"|you (?:may|might) (?:also )?(?:like|be interested|enjoy|have missed)|don.t miss|trending"
    r"|most (?:read|popular|viewed|recent)|popular (?:posts|stories|articles|now)"
    r"|(?:the )?latest\b"
    r"|recent (?:posts|comments|articles|news)|similar (?:posts|articles)|top stories|up next"
    r"|sign up|subscribe|newsletter|get (?:our|the|more|updates)|join (?:our|the|us)"
    r"|follow (?:us|me|on)"
    r"|share\b|tweet\b|\d* ?comments?\b|leave a (?:reply|comment)|post a comment|add a comment"
    r"|about (?:the )?author|written by|by the same author|author\b|filed under|tagged"
    r"|tags?\b|topics\b"
    r"|categor(?:y|ies)\b|previous\b|next\b|see also\b|also (?:read|on|in)\b|advertisement"
    r"|sponsored|promoted"
    r"|copyright|©|all rights reserved|privacy|terms of|cookie|contact us"
    r"|download (?:our|the) app|support us"
    r"|customers (?:also|who)|frequently bought|recently viewed|your cart|log ?in\b|sign ?in\b"
    r"|mehr (?:zum thema|aus|von|dazu)|(?:lesen sie|lies|siehe) auch|das könnte|meistgelesen"
    r"|kommentare"
    r"|teilen|anzeige|ähnliche|weitere (?:artikel|themen|nachrichten)|schlagw|über den autor"
    r"|impressum|datenschutz"
    r"|(?:à )?lire (?:aussi|également)|voir aussi|sur le même|les plus lus|commentaires"
    r"|partager|abonnez"
    r"|inscrivez|publicité|articles (?:similaires|liés|récents)|à propos de l.auteur"
    r"|mots.clés|vous aimerez"
    r"|te puede interesar|l[eé]e? también|más (?:leíd|noticias|de|sobre)"
    r"|noticias relacionadas|relacionad"
    r"|compart(?:ir|ilh)|comentários?|comentarios|suscr|publicidad|síguenos|etiquetas"
    r"|últimas noticias"
    r"|(?:leia|veja) (?:também|mais)|mais (?:lidas|sobre|notícias)|notícias relacionadas"
    r"|assine|publicidade"
    r"|leggi anche|potrebbe interessar|articoli correlati|(?:i )?più letti|condividi"
    r"|commenti|iscriviti|pubblicità"
    r"|lees (?:ook|meer)|meest gelezen|reacties|meer over|deel (?:dit|deze)"
    r"|(?:czytaj|zobacz|przeczytaj) (?:też|także|również)|najczęściej|komentarze|udostępnij"
    r"|reklama|powiązane"
    r"|čtěte (?:také|i)|související|diskuse|läs (?:också|mer)|les også|læs også|lue myös"
    r"|kommentar"
    r"|читайте (?:также|ещё|еще)|смотрите также|похожие|популярн|комментари|подпи[сш]"
    r"|поделиться|реклама|по теме"
    r"|ilgili haber|benzer|yorumlar|paylaş|bunlar da|citește și|διαβάστε|σχετικ|اقرأ أيض"
    r"|ذات صلة|تعليقات|شارك"
    r"|baca juga|berita terkait|xem thêm|tin liên quan|بیشتر بخوانید|مطالب مرتبط"
    r"|相关|相關|推荐|推薦|延伸阅读|延伸閱讀|热门|熱門|评论|評論|分享|上一篇|下一篇|版权|责任编辑|免责|更多|猜你喜欢|扫一扫"
    r"|関連|おすすめ|人気|ランキング|コメント|シェア|あわせて読みたい|前の記事|次の記事|最新記事"
    r"|관련|추천|인기|댓글|공유|많이 본|저작권"
    r")",
    re.IGNORECASE,
)


def leads_elsewhere(page: Page, block: Block) -> bool:
    """Say whether a short paragraph or heading announces something that is not the main text."""
    if block.chars > MAX_CHARS:
        return False
    start = block.start
    parts = [text for _, _, text in page.tags[start : min(block.end, start + _MAX_TAGS)]]
    return bool(_OTHER.match(unescaped("".join(parts)[: 2 * MAX_CHARS].strip())))


def under_such_words(page: Page, shown: Shown) -> list[int]:
    """Say for each block how much stands in it under words that lead elsewhere.

    Returns:
        2 where its own text is such words, 1 where the first text in it or in a block around it
        is, and that block holds less than half of the page; else 0.
    """
    blocks = page.blocks
    found = [0] * len(blocks)
    has_text = [False] * len(blocks)
    for place, block in enumerate(blocks):
        if not block.chars or place in shown.hidden:
            continue
        leads = leads_elsewhere(page, block)
        if leads:
            found[place] = 2
        outer = place
        while outer >= 0 and not has_text[outer]:
            has_text[outer] = True
            if leads and not found[outer] and 2 * shown.chars[outer] < shown.total:
                found[outer] = 1
            outer = blocks[outer].parent
    for place, block in enumerate(blocks):
        if not found[place] and block.parent >= 0 and found[block.parent] == 1:
            found[place] = 1
    return found
