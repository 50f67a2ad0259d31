"""Operations element by element or along a dimension: arithmetic, reduction, ordering, casting."""
