"""What a command has to say -> stdout and stderr: pages of hits, files, progress, and texts that command no terminal."""
