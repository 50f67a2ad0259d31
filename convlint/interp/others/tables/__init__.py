"""Tables and arrays that are prepared for torch: scikit-learn and pandas, by the sizes of what they give."""
