"""`torchvision`: its data sets as facts, and its transforms by the sizes that they make."""
