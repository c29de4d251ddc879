"""The running program: what it is made of, and its doors to the outside."""
