"""What several formats share: DIF 9 and 10, the two of Dublin Core, those in JSON. A format knows this room, and no other format."""
