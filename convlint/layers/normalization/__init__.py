"""Normalisation, dropout and reparametrised weights."""
