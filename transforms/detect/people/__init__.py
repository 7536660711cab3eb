"""Names of people in plain words: a lexicon, what a word is worth, and the evidence around it."""
