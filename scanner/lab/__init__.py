"""Virtual devices that answer from published transcripts, for the demo and the tests.

One folder per device under ``transcripts/``: ``device.toml`` says what it truly is (``scanner.lab.device``), and a text
file per service what it answers (``scanner.lab.transcript``); ``scanner.lab.server`` serves them on loopback addresses.
The answers were published by others and never taken from our signatures; each file names its source and what is ours.
"""
