"""What the formats in JSON are made of."""
