"""Pure: identifications and measures become verdicts."""
