"""A list of names or queries -> what the archive has of each: `roster` reads the list, `ledger` asks it."""
