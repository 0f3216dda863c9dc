"""QR codes of texts that differ in a few characters only, as those of all tickets do.

Every field of a QR code is a sum, modulo 2, of bits of its text (ISO/IEC 18004: Reed-Solomon over GF(256), then a mask): what one
bit changes it changes whatever the others are. So `segno` draws one code, and one more for each bit that may differ; any other is
made of those by exclusive or, at a tenth of the cost.
"""

import re
from functools import lru_cache

import segno
from markupsafe import Markup, escape

BORDER = 2
_FIELDS = re.compile("1+")
_BITS = 7


def alike(before: str, code: str, label: str, mask: int) -> Markup:
    """The QR code, error level M, of `before` and then `code` (ASCII) as inline SVG that scales with its box: what `segno`
    makes of them in byte mode with this mask."""
    size, fields, changes = _basis(before, len(code), mask)
    for place, character in enumerate(code):
        for bit in range(_BITS):
            if ord(character) >> bit & 1:
                fields ^= changes[place][bit]
    side = size + 2 * BORDER
    return Markup(  # noqa: S704
        f'<svg viewBox="0 0 {side} {side}" class="segno"><title>{escape(label)}</title>'
        f'<path class="qrline" stroke="#000" d="{_path(fields, size)}"/></svg>'
    )


@lru_cache(maxsize=8)
def _basis(before: str, length: int, mask: int) -> tuple[int, int, list[list[int]]]:
    """How wide a code is, its fields (one number, row by row) for a code of NULs, and those that each bit turns over."""
    nothing = "\0" * length

    def drawn(code: str) -> tuple[int, int]:
        matrix = segno.make(before + code, error="m", micro=False, mask=mask, mode="byte").matrix
        return len(matrix), int("".join(str(field) for row in matrix for field in row), 2)

    size, plain = drawn(nothing)
    changes = [
        [plain ^ drawn(nothing[:place] + chr(1 << bit) + nothing[place + 1 :])[1] for bit in range(_BITS)]
        for place in range(length)
    ]
    return size, plain, changes


def _path(fields: int, size: int) -> str:
    """The dark fields as strokes, each from where the last one ended."""
    drawn, at_x, at_y = [f"M{BORDER} {BORDER}.5"], BORDER, BORDER
    rows = f"{fields:0{size * size}b}"
    for number in range(size):
        for run in _FIELDS.finditer(rows, number * size, (number + 1) * size):
            x, y = BORDER + run.start() - number * size, BORDER + number
            if (x, y) != (at_x, at_y):
                drawn.append(f"m{x - at_x} {y - at_y}")
            length = run.end() - run.start()
            drawn.append(f"h{length}")
            at_x, at_y = x + length, y
    return "".join(drawn)
