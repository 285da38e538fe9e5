"""Files become observations; no socket is opened. One file per kind of source; ``kinds`` lists them.

Nothing is imported here: who reads JSON lines alone does not load every decoder.
"""
