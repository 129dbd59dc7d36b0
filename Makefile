# Everything is in setup/ (Python, standard library only); `make help` says what there is.
PYTHON ?= python3

run test lint train bench lock clean help:
	@$(PYTHON) -m setup $@

.PHONY: run test lint train bench lock clean help
.DEFAULT_GOAL := help
