"""Regions: their municipalities, groups and members, and the region's home page."""
