"""Closing a shelter: archived, to be read only, then removed (docs/adr/0015-closing.md)."""
