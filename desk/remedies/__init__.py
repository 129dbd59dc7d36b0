"""What sets things right for a customer: refunds, coupons, corrections. One service for bot and agents."""
