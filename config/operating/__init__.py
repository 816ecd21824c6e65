"""The network operator's page: whether every shelter works, and what Pana runs on. No client."""
