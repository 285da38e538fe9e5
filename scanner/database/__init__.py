"""The data under fingerprints/ becomes typed, checked values."""
