"""Measures: what the region may do, with the benefit for each municipality."""
