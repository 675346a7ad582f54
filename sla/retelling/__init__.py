"""A published version that holds for open tickets as well: foreseen before it is published, told to each after."""
