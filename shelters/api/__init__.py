"""What every door of the API shares: who asks, what they may, how it answers."""
