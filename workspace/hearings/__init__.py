"""Hearings: a draft sent out for answers, and the report of all that was said."""
