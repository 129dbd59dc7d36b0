"""Measurements: how Kamidesk compares with what one would have without it, on the same machine in the same run."""
