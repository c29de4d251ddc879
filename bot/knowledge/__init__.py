"""What the bot knows and can prove: articles, the register of documents, search and answers."""
