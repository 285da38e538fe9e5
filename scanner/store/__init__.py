"""What scans saw, kept: append-only."""
