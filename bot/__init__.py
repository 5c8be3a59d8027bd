"""Parcel Herald: tells the customer about a late or lost parcel before he asks."""
