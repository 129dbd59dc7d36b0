"""What Rasa loads of ours: input channel, tracker store, NLU components."""
