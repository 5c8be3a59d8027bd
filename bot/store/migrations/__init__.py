"""Schema changes, applied in order by `herald migrate`."""
