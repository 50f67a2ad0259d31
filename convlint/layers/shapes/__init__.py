"""Operations that give a tensor another shape, join it, split it, or pick parts of it."""
