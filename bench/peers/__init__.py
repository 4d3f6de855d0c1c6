"""Stock pycsw and stock pygeoapi, as they come, holding the same records: what the doors are measured beside."""
