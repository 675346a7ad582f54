"""What is shaped in the workshop: each kind of thing with its editor's shape, its rules and its words."""
