"""Pure: observations become hosts, claims, identifications."""
