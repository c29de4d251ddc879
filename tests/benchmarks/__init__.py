"""`make bench`: how fast the product is beside a stock bot, both measured in the same run on the same machine."""
