"""The demo's story: a real service, simulated people and parcels, a screen that shows what each of them reads."""
