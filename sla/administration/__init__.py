"""People and customers as administrators read them: rows, choices and words."""
