"""CVL2xx: what torch refuses: channels, features, shapes, ranks, arguments, and inputs that nothing fits."""
