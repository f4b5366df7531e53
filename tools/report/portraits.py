"""What the clusters are: in the file's own units, in words, by a rule that a person can follow; and how firm."""

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import adjusted_rand_score, silhouette_samples
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier

from tools.report.evidence import fit

BORDER = 0.1  # silhouette below which a row lies about as near to another cluster
MOST_WORDS = 3  # columns that describe a cluster
MOST_LEFT_OUT = 12  # columns that are left out one at a time


@dataclass(frozen=True, eq=False)
class Profiles:
    """Clusters in the units of the file.

    Attributes
    ----------
    names : tuple of str
        Columns with numbers.
    sizes : ndarray of int, shape (n_clusters,)
    quartiles : ndarray of shape (n_clusters, n_columns, 3)
        Lower quartile, median and upper quartile of what was measured.
    rest : ndarray of shape (n_clusters, n_columns, 3)
        The same of the rows that are not in the cluster.
    overall : ndarray of shape (n_columns, 3)
        The same of all rows.
    """

    names: tuple
    sizes: np.ndarray
    quartiles: np.ndarray
    rest: np.ndarray
    overall: np.ndarray

    def apart(self, a, b):
        """Give the columns in which the middle halves of two clusters do not overlap."""
        (low_a, _, high_a), (low_b, _, high_b) = self.quartiles[a].T, self.quartiles[b].T
        found = (high_a < low_b) | (high_b < low_a)
        return [name for name, yes in zip(self.names, found, strict=True) if yes]

    @property
    def not_apart(self):
        """Pairs of clusters whose middle halves overlap in every column."""
        k = len(self.sizes)
        return [(a, b) for a in range(k) for b in range(a + 1, k) if not self.apart(a, b)]

    @property
    def order(self):
        """Columns from the one that parts the medians most; ndarray of int."""
        spread = self.overall[:, 2] - self.overall[:, 0]
        between = np.nanmax(self.quartiles[:, :, 1], axis=0) - np.nanmin(self.quartiles[:, :, 1], axis=0)
        within = np.nanmean(self.quartiles[:, :, 2] - self.quartiles[:, :, 0], axis=0)
        scale = np.where(within > 0, within, np.where(spread > 0, spread, 1))
        return np.argsort(-np.nan_to_num(between / scale), kind="stable")

    def words(self, j):
        """Describe a cluster by the columns in which its median is outside of the other rows' middle half; str."""
        low, middle, high = self.rest[j].T
        here = self.quartiles[j, :, 1]
        scale = np.where(high > low, high - low, 1)
        far = np.nan_to_num((here - middle) / scale)
        outside = [i for i in np.argsort(-np.abs(far), kind="stable") if here[i] < low[i] or here[i] > high[i]]
        if not outside:
            return "no column sets its median apart from the middle half of the other rows"
        return ", ".join(f"{'low' if far[i] < 0 else 'high'} {self.names[i]}" for i in outside[:MOST_WORDS])


def profiles(numbers, labels):
    """Work out Profiles of columns with numbers.

    Parameters
    ----------
    numbers : dict of str and ndarray of shape (n_rows,)
        In the file's units; nan where nothing was measured.
    labels : ndarray of int, shape (n_rows,)
    """
    k = labels.max() + 1
    members = [np.flatnonzero(labels == j) for j in range(k)]
    others = [np.flatnonzero(labels != j) for j in range(k)]
    quartiles, rest = np.full((2, k, len(numbers), 3), np.nan)
    overall = np.full((len(numbers), 3), np.nan)
    for i, values in enumerate(numbers.values()):
        overall[i] = _quartiles(values)
        for j in range(k):
            quartiles[j, i], rest[j, i] = _quartiles(values[members[j]]), _quartiles(values[others[j]])
    return Profiles(tuple(numbers), np.array([len(rows) for rows in members]), quartiles, rest, overall)


def _quartiles(values):
    values = values[~np.isnan(values)]
    return np.percentile(values, [25, 50, 75]) if len(values) else np.full(3, np.nan)


def borders(Z, labels, k):
    """Count, for each of k clusters, the rows near a border, of how many; ndarray of shape (k, 2)."""
    several = len(np.unique(labels)) > 1  # a sample may have missed the others
    near = silhouette_samples(Z, labels) < BORDER if several else np.zeros(len(Z), dtype=bool)
    return np.array([[near[labels == j].sum(), (labels == j).sum()] for j in range(k)])


def other_choices(tables, labels, *, random_state=0):
    """Cluster rows that were prepared in other ways; dict of what was changed, and the ARI to the clusters.

    Parameters
    ----------
    tables : dict of str and ndarray of shape (n_rows, n_features)
    labels : ndarray of int, shape (n_rows,)
    """
    k, found = labels.max() + 1, {}
    for name, table in tables.items():
        if np.isfinite(table).all() and np.abs(table).max() < 1e100 and len(np.unique(table, axis=0)) >= k:
            found[name] = adjusted_rand_score(labels, fit(table, k, random_state=random_state)[0])
    return found


@dataclass(frozen=True, eq=False)
class Rule:
    """A few questions that name the cluster of a row.

    Attributes
    ----------
    questions : list
        Nested: (column, threshold, if at most, if more), and the number of a cluster at each end.
    agreed : float
        Share of rows, not used to make it, for which it names the cluster.
    largest : float
        The same for calling every row the largest cluster.
    tested : int
        How many rows these were.
    """

    questions: list
    agreed: float
    largest: float
    tested: int


def rule(X, names, labels, *, random_state=0):
    """Make a small tree on seven tenths of the rows, and try it on the rest; Rule, or None if a cluster is too small.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns)
        In the file's units; nan where nothing was measured.
    names : sequence of str
    labels : ndarray of int, shape (n_rows,)
    """
    if not len(names) or np.bincount(labels).min() < 4:
        return None
    made, tried, made_of, true = train_test_split(X, labels, test_size=0.3, random_state=random_state, stratify=labels)
    k = int(labels.max()) + 1
    tree = DecisionTreeClassifier(max_depth=(k - 1).bit_length() + 1, max_leaf_nodes=k + 2, random_state=random_state)
    tree.fit(made, made_of)
    agreed = float(np.mean(tree.predict(tried) == true))
    return Rule(_questions(tree, names, 0), agreed, float(np.bincount(true).max() / len(true)), len(true))


def _questions(tree, names, node):
    nodes = tree.tree_
    if nodes.children_left[node] < 0:
        return int(tree.classes_[np.argmax(nodes.value[node])])
    left, right = (_questions(tree, names, int(side[node])) for side in (nodes.children_left, nodes.children_right))
    if left == right:  # both ends say the same
        return left
    return [names[int(nodes.feature[node])], float(nodes.threshold[node]), left, right]
