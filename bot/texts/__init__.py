"""All wording: catalogues, messages, dates, direction."""
