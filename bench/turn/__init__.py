"""A turn's time: Kamidesk as it runs, beside a stock `rasa init`-style bot with the same training data."""
