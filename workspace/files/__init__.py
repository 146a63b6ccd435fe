"""Files: bringing in what the region already has, the original of a document, and its pages."""
