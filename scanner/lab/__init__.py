"""Virtual devices that answer from published transcripts."""
