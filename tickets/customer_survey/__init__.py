"""How departments serve each other, asked once a quarter and told only where nobody can be found out."""
