"""What a try of promises came to, with the tickets it opens."""
