"""What came of the predictions of notebooks 08 and 09: each rule maps what a cell computed to the words of a choice."""

RULES = {}
