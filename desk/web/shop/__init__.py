"""The demo shop's page, where the widget is embedded as in any shop."""

from desk.web.shop.page import router

__all__ = ["router"]
