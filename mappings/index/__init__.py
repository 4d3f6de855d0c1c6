"""From a record to what is searched of it: the table of fields, the index document, text, places and the sky."""
