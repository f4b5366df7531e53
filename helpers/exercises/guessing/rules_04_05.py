"""What came of the predictions of notebooks 04 and 05: each rule maps what a cell computed to the words of a choice."""

RULES = {}
