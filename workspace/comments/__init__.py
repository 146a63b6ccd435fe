"""Threads tied to passages, replies, and their life."""
