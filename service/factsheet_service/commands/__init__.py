"""The commands that need the service."""
