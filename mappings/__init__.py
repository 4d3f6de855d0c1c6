"""Every translation between a Record and something else: formats, index documents, vocabularies, drawings, PDF."""
