"""What operators set in pages: groups, hours, targets, scripts. Each is a document, checked before it counts."""
