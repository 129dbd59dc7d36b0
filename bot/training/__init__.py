"""Tools for trainers and designers: `make evaluate`, `make check-data` and the gate in `make train`."""
