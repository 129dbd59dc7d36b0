"""Staff: who works at the desk, what each may do, and how they sign in."""
