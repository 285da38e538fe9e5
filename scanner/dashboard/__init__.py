"""What scans found, in a browser. The only part that listens; by default on loopback alone."""
