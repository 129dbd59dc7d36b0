"""QR codes (ISO/IEC 18004) of short texts: byte mode, level L, versions 1 to 13. Enough for a telephone at a screen."""

from dataclasses import dataclass
from itertools import groupby, pairwise

#: By version: error-correction bytes of each block, then the data bytes of each block.
_BLOCKS: tuple[tuple[int, tuple[int, ...]], ...] = (
    (7, (19,)),
    (10, (34,)),
    (15, (55,)),
    (20, (80,)),
    (26, (108,)),
    (18, (68, 68)),
    (20, (78, 78)),
    (24, (97, 97)),
    (30, (116, 116)),
    (18, (68, 68, 69, 69)),
    (20, (81, 81, 81, 81)),
    (24, (92, 92, 93, 93)),
    (26, (107, 107, 107, 107)),
)
_LEVEL_L = 0b01
_MASKS = (
    lambda x, y: (x + y) % 2,
    lambda x, y: y % 2,
    lambda x, y: x % 3,
    lambda x, y: (x + y) % 3,
    lambda x, y: (y // 2 + x // 3) % 2,
    lambda x, y: x * y % 2 + x * y % 3,
    lambda x, y: (x * y % 2 + x * y % 3) % 2,
    lambda x, y: ((x + y) % 2 + x * y % 3) % 2,
)


@dataclass
class _Grid:
    """The modules of a symbol: 1 dark, 0 light, None not set yet. `fixed` ones hold no data."""

    size: int
    cells: list[list[int | None]]
    fixed: set[tuple[int, int]]

    def put(self, x: int, y: int, dark: int) -> None:
        """Set a module of the symbol's frame."""
        if 0 <= x < self.size and 0 <= y < self.size:
            self.cells[y][x] = dark
            self.fixed.add((x, y))


def matrix(text: str, mask: int | None = None) -> list[list[int]]:
    """Return the rows of the symbol, 1 for dark; without the light border that it needs.

    Args:
        text: at most 425 bytes in UTF-8.
        mask: 0 to 7; the one that is easiest to read where it is left out.

    Raises:
        ValueError: the text is too long.
    """
    data = text.encode()
    version = next((n for n, (_, blocks) in enumerate(_BLOCKS, 1) if _room(n, blocks) >= len(data)), None)
    if version is None:
        raise ValueError("too long for a QR code")
    bits = _interleaved(_codewords(data, version), version)
    tried = [_symbol(version, bits, each) for each in (range(8) if mask is None else (mask,))]
    return min(tried, key=_unrest)


def path(text: str) -> tuple[int, str]:
    """Return the width of the picture in modules, its border of 4 included, and the SVG path of the dark ones."""
    rows = matrix(text)
    moves = [f"M{x + 4} {y + 4}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark]
    return len(rows) + 8, "".join(moves)


def _room(version: int, blocks: tuple[int, ...]) -> int:
    return sum(blocks) - (2 if version < 10 else 3)


def _codewords(data: bytes, version: int) -> bytes:
    """Return mode, length, data and filling."""
    length = 8 if version < 10 else 16
    number = (0b0100 << length | len(data)) << 8 * len(data) | int.from_bytes(data, "big")
    # Four bits of mode, and four zeros at the end: whole bytes.
    words = (number << 4).to_bytes((8 + length) // 8 + len(data), "big")
    missing = sum(_BLOCKS[version - 1][1]) - len(words)
    return words + bytes(0x11 if n % 2 else 0xEC for n in range(missing))


def _interleaved(words: bytes, version: int) -> str:
    """Return the bits of data and error correction in the order in which they are drawn."""
    extra, lengths = _BLOCKS[version - 1]
    blocks, at = [], 0
    for length in lengths:
        blocks.append(words[at : at + length])
        at += length
    checks = [_correction(block, extra) for block in blocks]
    drawn = [block[n] for n in range(max(lengths)) for block in blocks if n < len(block)]
    drawn += [check[n] for n in range(extra) for check in checks]
    return "".join(f"{word:08b}" for word in drawn)


def _times(a: int, b: int) -> int:
    """Multiply in the field of 256 elements over x^8+x^4+x^3+x^2+1."""
    product = 0
    while b:
        product ^= a * (b & 1)
        a = a << 1 ^ (0x11D if a & 0x80 else 0)
        b >>= 1
    return product


def _correction(block: bytes, count: int) -> bytes:
    """Return the Reed-Solomon bytes of a block."""
    divisor, root = [1], 1
    for _ in range(count):
        divisor = [a ^ _times(b, root) for a, b in zip([*divisor, 0], [0, *divisor], strict=True)]
        root = _times(root, 2)
    rest = [0] * count
    for byte in block:
        factor = byte ^ rest[0]
        rest = [a ^ _times(b, factor) for a, b in zip([*rest[1:], 0], divisor[1:], strict=True)]
    return bytes(rest)


def _symbol(version: int, bits: str, mask: int) -> list[list[int]]:
    size = 17 + 4 * version
    grid = _Grid(size, [[None] * size for _ in range(size)], set())
    _frame(grid, version)
    _format(grid, mask)
    places = [(x, y) for x, y in _way(size) if (x, y) not in grid.fixed]
    for number, (x, y) in enumerate(places):
        bit = int(bits[number]) if number < len(bits) else 0
        grid.cells[y][x] = bit ^ (_MASKS[mask](x, y) == 0)
    return [[int(bool(cell)) for cell in row] for row in grid.cells]


def _frame(grid: _Grid, version: int) -> None:
    last = grid.size - 1
    for n in range(grid.size):
        grid.put(6, n, 1 - n % 2)
        grid.put(n, 6, 1 - n % 2)
    for centre_x, centre_y in ((3, 3), (last - 3, 3), (3, last - 3)):
        for dx in range(-4, 5):
            for dy in range(-4, 5):
                grid.put(centre_x + dx, centre_y + dy, int(max(abs(dx), abs(dy)) not in (2, 4)))
    ends = (6, last - 6)
    centres = () if version == 1 else ends if version < 7 else (6, (6 + last - 6) // 2, last - 6)
    for x in centres:
        for y in centres:
            if (x, y) not in {(6, 6), (6, last - 6), (last - 6, 6)}:
                for dx in range(-2, 3):
                    for dy in range(-2, 3):
                        grid.put(x + dx, y + dy, int(max(abs(dx), abs(dy)) != 1))
    if version >= 7:
        number = version << 12 | _remainder(version << 12, 0x1F25)
        for n in range(18):
            dark, a, b = number >> n & 1, last - 10 + n % 3, n // 3
            grid.put(a, b, dark)
            grid.put(b, a, dark)


def _format(grid: _Grid, mask: int) -> None:
    value = _LEVEL_L << 3 | mask
    number = (value << 10 | _remainder(value << 10, 0x537)) ^ 0x5412
    last = grid.size - 1
    around = [(8, n) for n in (0, 1, 2, 3, 4, 5, 7, 8)] + [(n, 8) for n in (7, 5, 4, 3, 2, 1, 0)]
    apart = [(last - n, 8) for n in range(8)] + [(8, last - 6 + n) for n in range(7)]
    for places in (around, apart):
        for n, (x, y) in enumerate(places):
            grid.put(x, y, number >> n & 1)
    grid.put(8, last - 7, 1)


def _remainder(number: int, divisor: int) -> int:
    """Divide as polynomials over two elements."""
    while number.bit_length() >= divisor.bit_length():
        number ^= divisor << number.bit_length() - divisor.bit_length()
    return number


def _way(size: int) -> list[tuple[int, int]]:
    """Return the places in the order of the bits: pairs of columns from the right, up and down in turn."""
    columns = [x for x in range(size - 1, 0, -2) if x > 6] + [5, 3, 1]
    way = []
    for number, right in enumerate(columns):
        rows = range(size) if number % 2 else range(size - 1, -1, -1)
        way += [(x, y) for y in rows for x in (right, right - 1)]
    return way


def _unrest(rows: list[list[int]]) -> int:
    """Return how hard a symbol is to read: long runs, and large patches of one colour."""
    lines = rows + [list(column) for column in zip(*rows, strict=True)]
    runs = [len(list(run)) for line in lines for _, run in groupby(line)]
    squares = [
        row[x] == row[x + 1] == below[x] == below[x + 1] for row, below in pairwise(rows) for x in range(len(row) - 1)
    ]
    return sum(run - 2 for run in runs if run >= 5) + 3 * sum(squares)
