"""What each Bot API method does: a coroutine function of a method's name in any module here."""
