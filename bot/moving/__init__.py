"""`herald copy`: from SQLite to PostgreSQL."""
