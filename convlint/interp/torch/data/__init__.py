"""`torch.utils.data`: data sets, loaders, and the batches that they give."""
