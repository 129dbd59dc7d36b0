"""The demo shop's pages, where the widget is embedded as in any shop."""

from desk.web.shop import page, pay

routers = (page.router, pay.router)

__all__ = ["routers"]
