"""The right case with the right person: groups, presence, rosters, offers, transfers, and what nobody there means."""
