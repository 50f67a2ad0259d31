"""What a run leaves for the trace: events, the models that were called, and how modules were built."""
