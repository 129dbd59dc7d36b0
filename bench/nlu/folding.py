"""Repeated cross-validation of our classifier, near-duplicates kept in one fold.

Lines that differ by a word, one of them in training and one in test, would measure memory. Lines that share more than
60 % of their character pairs are one cluster; what is like something in a cluster belongs to it too.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import scipy.sparse as sp
from rasa.shared.importers.utils import training_data_from_paths
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.model_selection import StratifiedGroupKFold

from bot.nlu import retrieval
from bot.nlu.linear import LinearModel
from bot.nlu.normalise import normalise
from bot.nlu.products import Products, names_of
from bot.nlu.views import characters
from bot.training.figures import scores

ALIKE = 0.6
BLOCK = 1000
"""Lines that are compared with all others at a time: what fits in memory."""


def run(data: Path, repeats: int, folds: int) -> dict[str, Any]:
    """Cross-validates.

    Args:
        data: A folder of NLU files.
        repeats: How often, each time with other folds.
        folds: Parts.

    Returns:
        Accuracy and macro-F1 of each fold, and what the clusters are like.
    """
    training_data = training_data_from_paths([str(file) for file in sorted(data.rglob("*.yml"))], "zh")
    products = Products(names_of(training_data))
    texts = [example.get("text") for example in training_data.intent_examples]
    labels = np.array([retrieval.full_name(example) for example in training_data.intent_examples])
    views = [characters(text, [(m.start, m.end) for m in products.find(text)]) for text in texts]
    groups = clusters(texts)
    found, began = [], time.process_time()
    for repeat in range(repeats):
        parts = StratifiedGroupKFold(folds, shuffle=True, random_state=repeat)
        for rest, out in parts.split(views, labels, groups):
            model = LinearModel.fit([views[i] for i in rest], labels[rest])
            best = model.evidence([views[i] for i in out]).margins.argmax(axis=1)
            taken = [model.labels[i] for i in best]
            shares = scores(list(labels[out]), taken)
            right = float((np.array(taken) == labels[out]).mean())
            found.append({"accuracy": right, "macro_f1": mean(each.f1 for each in shares.values())})
    sizes = np.bincount(groups)
    return {
        "folds": found,
        "lines": len(texts),
        "clusters": len(sizes),
        "in_clusters": int(sizes[sizes > 1].sum()),
        "largest": int(sizes.max()),
        "cpu_seconds": time.process_time() - began,
    }


def clusters(texts: Sequence[str]) -> Any:
    """Groups near-duplicates.

    Args:
        texts: As typed.

    Returns:
        The number of each text's cluster.
    """
    plain = [normalise(text).text.replace(" ", "") for text in texts]
    # A text of one character has no pair: it is its own.
    counter = CountVectorizer(analyzer=lambda t: [t[i : i + 2] for i in range(len(t) - 1)] or [t], binary=True)
    pairs = counter.fit_transform(plain).astype(np.int32).tocsr()
    sizes = np.asarray(pairs.sum(axis=1)).ravel()
    edges = []
    for start in range(0, len(plain), BLOCK):
        shared = (pairs[start : start + BLOCK] @ pairs.T).tocoo()
        either = sizes[shared.row + start] + sizes[shared.col] - shared.data
        alike = shared.data > ALIKE * either
        edges.append(np.stack([shared.row[alike] + start, shared.col[alike]]))
    rows, columns = np.concatenate(edges, axis=1)
    graph = sp.coo_matrix((np.ones(len(rows), np.int8), (rows, columns)), shape=(len(plain), len(plain)))
    return connected_components(graph, directed=False)[1]
