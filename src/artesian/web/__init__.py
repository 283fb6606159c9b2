"""The read plane's HTTP: negotiate (pure), routes, app."""
