"""Finds pairs of sequences that share most of their pairs of neighbours, among many thousands in seconds.

Only sequences with a pair in common are ever compared: the counts of what they share are a product of sparse
matrices, taken in strips so that memory stays small.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_matrix

STRIP = 512
EDGE = ""


def pairs(
    left: Sequence[Sequence[str]], right: Sequence[Sequence[str]], least: float
) -> Iterator[tuple[int, int, float]]:
    """Compares every sequence of one list with every one of another by the Jaccard index of their bigrams.

    Args:
        left: Sequences of signs: characters of a string, syllables.
        right: The others.
        least: The smallest index that counts, above 0.

    Yields:
        Place in `left`, place in `right`, index. An empty sequence is near nothing.
    """
    numbers: dict[tuple[str, str], int] = {}
    a, b = (_rows(each, numbers) for each in (left, right))
    a.resize(a.shape[0], len(numbers))
    b.resize(b.shape[0], len(numbers))
    size_a, size_b = np.diff(a.indptr), np.diff(b.indptr)
    turned = b.T.tocsr()
    for first in range(0, a.shape[0], STRIP):
        shared = (a[first : first + STRIP] @ turned).tocoo()
        rows = shared.row + first
        index = shared.data / (size_a[rows] + size_b[shared.col] - shared.data)
        near = index >= least - 1e-9
        yield from zip(rows[near].tolist(), shared.col[near].tolist(), index[near].tolist(), strict=True)


def _rows(sequences: Sequence[Sequence[str]], numbers: dict[tuple[str, str], int]) -> csr_matrix:
    indices: list[int] = []
    ends = [0]
    for each in sequences:
        edged = [EDGE, *each, EDGE] if each else []
        indices += sorted({numbers.setdefault(pair, len(numbers)) for pair in pairwise(edged)})
        ends.append(len(indices))
    values = np.ones(len(indices), dtype=np.int32)
    return csr_matrix((values, indices, ends), shape=(len(sequences), max(1, len(numbers))))
