"""R6: what people did, when, and what came of it; and whether what is there afterwards can be explained by it."""
