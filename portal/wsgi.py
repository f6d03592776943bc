"""WSGI entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from portal.lib.character_sets import Request

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()
application.request_class = Request

# All that is loaded lives as long as the process. Set aside, it is not walked by the collector in the middle of some
# page, which would take that page a tenth of a second longer; and forked processes keep sharing its memory. Views are
# loaded when the first address is looked up, so every address is looked at before.
get_resolver().check()
gc.collect()
gc.freeze()
