"""What an HTTP server calls."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "largesse.server.settings")

django = get_wsgi_application()

# Only now, with the settings read.
from largesse.api.hot import mounted  # noqa: E402
from largesse.server.proxy import seen_through  # noqa: E402
from largesse.server.serving import be_a_worker, compile_the_book  # noqa: E402

application = seen_through(mounted(django))
be_a_worker()
compile_the_book()
