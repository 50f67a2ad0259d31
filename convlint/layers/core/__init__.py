"""The mechanism: the table of operations, what a rule may ask and say, and what is known of a tensor."""
