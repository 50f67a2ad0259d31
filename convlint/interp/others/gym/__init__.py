"""Gymnasium and Gym: the spaces of well-known environments as facts."""
