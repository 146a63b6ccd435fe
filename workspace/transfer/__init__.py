"""Everything taken out and put back: moving, backups, a region as one file, and looking after what is kept."""
