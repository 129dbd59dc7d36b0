"""What an agent does about an order on the customer's behalf: offered with its limits, done once, told."""
