"""Kill-chaos: the real service under kills, crashes and outages, and the account of it after."""
