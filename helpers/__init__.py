"""The course's helper modules."""
