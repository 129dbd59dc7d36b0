"""Where in a customer's message card keys stand.

Rather one thing too many than a key left: what is taken is shown to the customer unchanged, only the bot
sees a reference in its place. Things that flows need in clear (order and ticket numbers, phones, dates,
e-mails, links) are left alone, unless they are a key that the shop is known to have.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from desk.vault import shapes
from desk.vault.scan import Scan, canonical

Span = tuple[int, int]

# A look-up password (查单密码 …) is a proof, not a key.
_LABEL = re.compile(
    r"(?:(?:卡号|卡密码|卡密|兑换码|激活码|充值码|充值卡|礼品卡|序列号"
    r"|(?<!查单)(?<!查询)(?<!登录)(?<!登陆)(?<!支付)(?<!取卡)(?<!取货)密码"
    r"|(?<![A-Za-z0-9])(?:cd-?key|cdk)s?)\s{0,2}(?P<sign>[:=]|就是|是|为)?"
    r"|(?<![A-Za-z0-9])(?:key|code|pin)\s{0,2}(?P<sign2>[:=]))\s{0,3}[\"'“「(【\[<]?\s{0,2}",
    re.IGNORECASE,
)
_DASH = re.compile(r"\s?[-_]{1,4}\s?")
_BLANK = re.compile(r"[ \t]{1,2}")
_NEAR = re.compile(r"[\s,;/|、]{1,3}|\s?[-_]{1,4}\s?")
_JOIN = re.compile(r"[\s_./·|,-]{1,4}")
_UPPER = re.compile(r"[A-Z0-9]{3,}")
KNOWN_LENGTH = (8, 64)  # shorter texts are never looked up: they would be found everywhere
KNOWN_WORDS = 8


def windows(scan: Scan) -> Iterator[tuple[str, Span]]:
    """Yield the canonical form and the place of each word and each row of neighbouring words."""
    for first in range(len(scan.words)):
        joined = ""
        for last in range(first, min(first + KNOWN_WORDS, len(scan.words))):
            if last > first and not _JOIN.fullmatch(scan.gap(last - 1)):
                break
            joined += scan.words[last].text
            if len(joined) > KNOWN_LENGTH[1]:
                break
            if len(joined) >= KNOWN_LENGTH[0]:
                yield canonical(joined), (scan.words[first].start, scan.words[last].end)


def key_spans(scan: Scan, known: Iterable[Span], order_no_like: Callable[[str], bool]) -> list[Span]:
    """Return the places of keys in the plain text, ascending and apart.

    Args:
        scan: the text.
        known: places whose canonical form is a key of the shop; they count whatever they look like.
        order_no_like: says whether a token has the form of an order number.
    """
    return _Search(scan, known, order_no_like).run()


class _Search:
    def __init__(self, scan: Scan, known: Iterable[Span], order_no_like: Callable[[str], bool]) -> None:
        self._scan = scan
        self._order_no_like = order_no_like
        self._taken = bytearray(len(scan.plain))  # characters already decided on
        self._found: list[Span] = []
        for span in sorted(known, key=lambda place: place[0] - place[1]):
            self._take(span)

    def run(self) -> list[Span]:
        self._keep_harmless()
        self._take_labelled()
        for chain in self._chains(_DASH):
            self._take_dashed(chain)
        for chain in self._chains(_BLANK):
            self._take_spaced(chain)
        for index, word in enumerate(self._scan.words):
            if shapes.bare(word.text):
                if word.text.isdigit():
                    self._take_number_before(index)
                self._take((word.start, word.end))
        return sorted(self._found)

    def _free(self, span: Span) -> bool:
        return not any(self._taken[span[0] : span[1]])

    def _mark(self, span: Span) -> None:
        self._taken[span[0] : span[1]] = b"\1" * (span[1] - span[0])

    def _take(self, span: Span) -> None:
        if self._free(span):
            self._mark(span)
            self._found.append(span)

    def _place(self, words: list[int]) -> Span:
        return self._scan.words[words[0]].start, self._scan.words[words[-1]].end

    def _texts(self, words: list[int]) -> list[str]:
        return [self._scan.words[index].text for index in words]

    def _keep_harmless(self) -> None:
        for pattern in shapes.HARMLESS:
            for match in pattern.finditer(self._scan.plain):
                if self._free(match.span()):
                    self._mark(match.span())
        for first in range(len(self._scan.words)):  # also DD20261121-A7K3 and 2026 1121 0001 234
            for words in (list(range(first, last + 1)) for last in range(first, first + 4)):
                if words[-1] >= len(self._scan.words):
                    break
                if len(words) > 1 and not _NEAR.fullmatch(self._scan.gap(words[-2])):
                    break
                if self._free(self._place(words)) and self._order_no_like("".join(self._texts(words))):
                    self._mark(self._place(words))

    def _take_labelled(self) -> None:
        starts = {word.start: index for index, word in enumerate(self._scan.words)}
        for match in _LABEL.finditer(self._scan.plain):
            index = starts.get(match.end())
            if index is None:
                continue
            words = self._follow(index)
            if shapes.labelled(self._texts(words), bool(match["sign"] or match["sign2"])):
                self._take(self._place(words))

    def _follow(self, index: int) -> list[int]:
        words = [index]
        while words[-1] + 1 < len(self._scan.words):
            gap, following = self._scan.gap(words[-1]), self._scan.words[words[-1] + 1]
            joined = _DASH.fullmatch(gap) or (_BLANK.fullmatch(gap) and _UPPER.fullmatch(following.text))
            if not joined or not self._free((following.start, following.end)):
                break
            words.append(words[-1] + 1)
        return words

    def _chains(self, joint: re.Pattern[str]) -> Iterator[list[int]]:
        chain: list[int] = []
        for index, word in enumerate(self._scan.words):
            free = self._free((word.start, word.end))
            if chain and not (free and chain[-1] == index - 1 and joint.fullmatch(self._scan.gap(index - 1))):
                yield chain
                chain = []
            if free:
                chain.append(index)
        if chain:
            yield chain

    def _take_dashed(self, chain: list[int]) -> None:
        texts = self._texts(chain)
        if shapes.dashed(texts) or (self._beside_key(chain) and not "".join(texts).islower()):
            self._take(self._place(chain))

    def _beside_key(self, chain: list[int]) -> bool:
        """Say whether a dash joins the chain to a key already found: then it is a part of it."""
        ends = {end for _, end in self._found}
        starts = {start for start, _ in self._found}
        words, first, last = self._scan.words, chain[0], chain[-1]
        before = first > 0 and words[first - 1].end in ends and _DASH.fullmatch(self._scan.gap(first - 1))
        after = last + 1 < len(words) and words[last + 1].start in starts and _DASH.fullmatch(self._scan.gap(last))
        return bool(before or after)

    def _take_spaced(self, chain: list[int]) -> None:
        first = 0
        while first < len(chain) - 2:
            last = min(len(chain), first + KNOWN_WORDS)
            while last - first >= 3 and not shapes.spaced(self._texts(chain[first:last])):
                last -= 1
            if last - first < 3:
                first += 1
                continue
            self._take(self._place(chain[first:last]))
            first = last

    def _take_number_before(self, index: int) -> None:
        """Take a card number of 8-11 digits that stands right before its secret: 123456789----0123…"""
        if index == 0 or not _NEAR.fullmatch(self._scan.gap(index - 1)):
            return
        word = self._scan.words[index - 1]
        if word.text.isdigit() and 8 <= len(word.text) < shapes.LONG:
            self._take((word.start, word.end))
