"""The plan of work: what becomes of the measures after the decision, and the results that are told."""
