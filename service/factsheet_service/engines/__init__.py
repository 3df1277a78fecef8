"""Engines that answer questions about windows."""
