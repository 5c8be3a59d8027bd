"""The demo's page: three phones, forty parcels, a clock that the visitor holds in his hand."""
