"""Activation functions and modules."""
