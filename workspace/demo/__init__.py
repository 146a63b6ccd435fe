"""The demo: Skarfjordregionen, an invented region, made through the same services that people use."""
