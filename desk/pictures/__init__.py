"""Pictures that customers send: checked by decoding, re-encoded, kept as files beside the database, deleted in time."""
