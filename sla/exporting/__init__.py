"""Reports as files: a spreadsheet, a paper, lines of text. Each says what it is of, as of when, for which question."""
