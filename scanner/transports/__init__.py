"""The only sockets, one library each."""

import os

# numpy's linear algebra, which nothing here uses, would start a thread a core: up to a fifth of a second each time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
