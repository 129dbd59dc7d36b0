"""The shop's rules in one file that its operator edits: policies.yml."""
