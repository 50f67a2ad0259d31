"""The program being analysed: where its modules are found, and how they are imported."""
