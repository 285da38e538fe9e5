"""One scan on its way from what is seen to what is stored and found; the command line and the dashboard share it."""
