"""Dublin Core and a Record: what the two formats of it, csw:Record and oai_dc, have in common."""
