"""The record of who did what: written with every effect, never changed."""
