"""What the bot does beyond talking: thin actions that ask the desk and word its answers."""
