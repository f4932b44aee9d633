"""What stands around every view: headers, compression, limits, passwords, freshness, measures."""
