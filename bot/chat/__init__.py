"""The in-bound edge: aiogram routers, middleware, the wizard."""
