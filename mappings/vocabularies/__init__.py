"""Words and lists: code labels in English and French, dates and sizes in words, science domains."""
