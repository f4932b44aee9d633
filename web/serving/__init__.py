"""How the application is served without another server: connections, shutting down, what is seen to at quiet times."""
