"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

from portal.lib.character_sets import Request

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()
application.request_class = Request
