"""Times that are promised: business hours, targets by class, clocks that run on them, and what a late one sets off."""
