"""What DIF 9 and DIF 10 have in common: their elements, their code lists, and how what DIF has no element for travels in it.

Facts are from GCMD's own schemas (dif_v9.9.3.xsd, dif_v10.2.xsd) and keyword lists.
"""
