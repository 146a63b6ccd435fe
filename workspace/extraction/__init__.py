"""Text out of the files people have: what a file is, what is refused, and reading it in a limited process."""
