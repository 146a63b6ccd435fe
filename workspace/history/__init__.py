"""The region's log for those who lead: who did what, and when, in words."""
