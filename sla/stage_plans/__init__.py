"""Whether the stages an offering plans fit into what is promised for it."""
