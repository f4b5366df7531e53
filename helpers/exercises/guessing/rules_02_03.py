"""What came of the predictions of notebooks 02 and 03: each rule maps what a cell computed to the words of a choice."""

RULES = {}
