"""The officers' desk on the web: signed in by a link from the chat, the same figures, scope and rules as the chat."""
