"""One truth, checked as a whole: random units and periods over every output, random officers against every address."""
