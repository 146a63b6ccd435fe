"""Finding what a region knows: the Index port, its adapters, the Norwegian analysis, and the search page."""
