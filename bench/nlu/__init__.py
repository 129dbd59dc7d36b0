"""Our NLU beside the pipelines that a Rasa bot usually has. See bench/README.md."""
