"""What administrators say of people, customers and segments, as they typed it, and what can be taken of it."""
