"""The only sockets, one library each."""
