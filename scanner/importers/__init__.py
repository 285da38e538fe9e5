"""Files become observations; no socket is opened."""
