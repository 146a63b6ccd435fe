"""Documents of all kinds, their versions, and bringing them in."""
