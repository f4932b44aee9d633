"""Documents that match -> in which order they are shown."""
