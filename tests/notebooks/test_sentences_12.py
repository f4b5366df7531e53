"""General sentences of notebook 12, proved on three more seeds."""

import numpy as np
from proving import ran, says
from sklearn.metrics import adjusted_rand_score

NAME = "12_your_own_table"


@says(
    NAME,
    "No shuffled file comes near 1.00.",
    "dropping and filling hardly differ here",
    "Gaps with a reason cost more here, and dropping the rows does not help",
    "Only the logarithm keeps all four here.",
    "The two curves lie on each other.",
    "no method finds it afterwards",
    "One category of two values split the birds by itself",
    "The gap's k jumps with 500 rows",
    "The rule is nearly as good where there is nothing to find.",
    "On the shuffled tables they tell next to nothing.",
    "With one row for each customer, nothing is left.",
    "The distance rises before the names go wrong",
    "Three clusters, and nearly the three species.",
    "the two columns of blood made the difference",
)
def test_what_a_table_hides_and_the_sentence_about_the_penguins_are_no_matter_of_one_seed(seed):
    names = ran(NAME, "12-s11-proof", random_state=seed, n_references=20)  # proofs on the way hold the sentences, too
    assert max(names["aris_shuffled"]) < 0.9
    assert np.mean(names["nothing_hits"]) > names["rule_hits"] - 0.2
    assert names["differs"]
    assert names["k"] == 3
    assert adjusted_rand_score(names["true"], names["labels"]) > names["aris"][0]
