"""What curators do with records: bring documents in, look after them, mend them in place, take them away, and see what needs mending."""
