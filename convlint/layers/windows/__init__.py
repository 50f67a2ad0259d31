"""Windows that slide: convolution, pooling, padding, folding and resampling."""
