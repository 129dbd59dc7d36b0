"""What agents write: canned scripts that fit the customer, and a look at the reply before it is sent."""
