"""Vectors as embeddings have them: clustered, of fewer degrees of freedom than dimensions, with a little noise in all of them."""

import numpy as np

DOCUMENT, CHUNK, NOISE, QUESTION = 0.75, 0.80, 0.50, 0.70  # spreads, beside a cluster's own


class Space:
    """Clusters gather around a few themes. A vector is its cluster's centre, moved for its document and again for itself."""

    def __init__(self, random, dimension, clusters):
        self.random = random
        self.dimension = dimension
        latent = max(2, dimension * 5 // 12)
        self.scale = np.arange(1, latent + 1) ** -0.2
        self.scale /= np.linalg.norm(self.scale)
        self.basis = np.linalg.qr(random.standard_normal((dimension, latent)))[0].T.astype(np.float32)
        themes = self._spread(max(1, clusters // 33))
        self.centres = 0.7 * themes[random.integers(0, len(themes), clusters)] + 0.75 * self._spread(clusters)

    def _spread(self, count):
        return self.random.standard_normal((count, len(self.scale))) * self.scale

    def _noise(self, count):
        return (NOISE / np.sqrt(self.dimension)) * self.random.standard_normal((count, self.dimension), dtype=np.float32)

    def chunks(self, clusters, chunks_of_each):
        """Unit vectors of as many documents as `clusters` names, the chunks of a document one after the other."""
        documents = self.centres[clusters] + DOCUMENT * self._spread(len(clusters))
        latent = np.repeat(documents, chunks_of_each, axis=0) + CHUNK * self._spread(len(clusters) * chunks_of_each)
        return unit(latent.astype(np.float32) @ self.basis + self._noise(len(latent)))

    def near(self, vectors):
        """Questions, each near one of the vectors."""
        moved = (QUESTION * self._spread(len(vectors))).astype(np.float32) @ self.basis
        return unit(vectors + moved + self._noise(len(vectors)))


def unit(vectors):
    return np.ascontiguousarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def best_rows(rows, questions, readable, document_of_row, k, block=16_384):
    """For each question the k best of its readable rows and their scores, best first; -1 where there are fewer.

    `readable`: documents x questions, or None for all. Reads `rows` block by block, so that they need not fit into memory.
    """
    best = np.full((len(questions), k), -1, np.int64)
    scores = np.full((len(questions), k), -np.inf, np.float32)
    for first in range(0, len(rows), block):
        found = questions @ np.asarray(rows[first:first + block]).T
        if readable is not None:
            found[~readable[document_of_row[first:first + block]].T] = -np.inf
        numbers = np.broadcast_to(np.arange(first, first + found.shape[1]), found.shape)
        scores, best = np.concatenate([scores, found], axis=1), np.concatenate([best, numbers], axis=1)
        order = np.argsort(-scores, axis=1, kind="stable")[:, :k] if len(scores[0]) <= 4 * k else top(scores, k)
        scores, best = np.take_along_axis(scores, order, 1), np.take_along_axis(best, order, 1)
    best[np.isneginf(scores)] = -1
    return best, scores


def top(scores, k):
    part = np.argpartition(-scores, k, axis=1)[:, :k]
    order = np.argsort(-np.take_along_axis(scores, part, 1), axis=1, kind="stable")
    return np.take_along_axis(part, order, 1)
