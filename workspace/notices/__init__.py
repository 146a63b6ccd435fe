"""Who hears of what: following, the inbox, and letters."""
