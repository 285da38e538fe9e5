"""One file per version of the tables, for Alembic. A file that was released is never edited."""
