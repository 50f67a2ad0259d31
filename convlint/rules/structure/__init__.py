"""CVL4xx and CVL9xx: what is never used, comments that silence nothing, files that cannot be read."""
