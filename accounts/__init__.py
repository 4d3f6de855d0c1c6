"""People, groups, sign-in, tokens and access: one set for curators and for those who order."""
