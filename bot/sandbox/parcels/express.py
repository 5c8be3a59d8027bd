"""DHL Express' checkpoint codes, which two of its doors tell alike."""

# Code, words.
CHECKPOINTS = {
    "picked_up": ("PU", "Shipment picked up"),
    "departed": ("DF", "Shipment has departed from a DHL facility"),
    "arrived": ("AF", "Arrived at DHL Sort Facility"),
    "customs": ("IC", "Processed for clearance"),
    "cleared": ("PL", "Processed at DHL facility"),
    "out": ("WC", "Shipment is out with courier for delivery"),
    "attempt": ("NH", "Delivery attempted; recipient not home"),
    "pickup": ("CC", "Awaiting collection by recipient as requested"),
    "delivered": ("OK", "Delivered"),
    "delay": ("OH", "Shipment is on hold"),
    "weather": ("OH", "Shipment is on hold"),
    "refused": ("RD", "Recipient refused delivery"),
    "returned": ("RT", "Returned to shipper"),
    "lost": ("DS", "Shipment was disposed of"),
}
