"""Findings become text, one format a file."""
