"""The application for a WSGI server."""

from workspace import create_app

app = create_app()
