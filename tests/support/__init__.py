"""What tests share: a whole running product, and its users."""
