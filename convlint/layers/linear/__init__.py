"""Linear maps and products: linear layers, matrices, einsum, distances and embeddings."""
