"""The out-bound edge: carriers' servers and Telegram."""
