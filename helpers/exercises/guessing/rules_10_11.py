"""What came of the predictions of notebooks 10 and 11: each rule maps what a cell computed to the words of a choice."""

RULES = {}
