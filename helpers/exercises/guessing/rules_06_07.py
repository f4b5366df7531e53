"""What came of the predictions of notebooks 06 and 07: each rule maps what a cell computed to the words of a choice."""

RULES = {}
