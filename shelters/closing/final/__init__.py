"""The final archive: all that a shelter could read of its own, opened without Pana."""

from shelters.closing.final.writing import ArchiveFailed, write_final_archive

__all__ = ["ArchiveFailed", "write_final_archive"]
