"""What the tests of outages bring: pages and tasks, and whole networks in their own processes."""
