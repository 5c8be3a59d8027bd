"""Health, metrics and (later) the tracking page over HTTP."""
