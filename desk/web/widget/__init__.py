"""The customer's chat widget: JavaScript sources and the one script that shops embed."""

from desk.web.widget.bundle import script
from desk.web.widget.route import router

__all__ = ["router", "script"]
