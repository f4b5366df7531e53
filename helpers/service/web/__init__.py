"""The endpoint on HTTP: `exchange` what all resources share, `resources` one class a path, `app` the application.

`openapi` describes it, `page` is what a browser shows.
"""
