"""What of tickets the workshop shapes."""
