"""einops on torch's tensors."""
