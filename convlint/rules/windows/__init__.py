"""CVL1xx: what sliding windows do to a map: rows that are never read, sizes that shrink, padding that is seen."""
