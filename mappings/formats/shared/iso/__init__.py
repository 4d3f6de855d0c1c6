"""What ISO 19139 and ISO 19115-3 share: parts of documents that both name alike, told by their local names."""
