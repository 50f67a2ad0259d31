"""Leading files through the work of `convlint.linting`: `lint` is the road, `progress` shows how far it is."""
