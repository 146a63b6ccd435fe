"""Where records are kept: a small port, and the adapters behind it. Nothing else knows the products."""
