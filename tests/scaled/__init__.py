"""Many people at once against running servers: a region to work in, and what they do there. See `load.py`."""
