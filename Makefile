# Everything is in setup/ (Python, standard library only); `make help` says what there is.
PYTHON ?= python3

run test test-dialogues lint train evaluate check-data bench lock clean help:
	@$(PYTHON) -m setup $@

.PHONY: run test test-dialogues lint train evaluate check-data bench lock clean help
.DEFAULT_GOAL := help
