"""CVL3xx: what a model costs, and the budgets that it is given."""
