"""Help: the guide of docs/veileder/ as pages, keys, and what everybody may read of privacy and accessibility."""
