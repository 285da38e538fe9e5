"""Live scanning: scope, pacing, sweep, discovery, plan, probe, record."""
