"""What came of the predictions of notebooks 00 and 01: each rule maps what a cell computed to the words of a choice."""

RULES = {}
