"""The published tables behind the bundled results: a module per suite, and the catalog."""
