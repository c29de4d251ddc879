"""`make eval`: how well the product understands sentences and answers questions, beside simple baselines."""
