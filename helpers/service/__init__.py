"""The clustering endpoint: ``create_app`` makes a WSGI application, ``python -m helpers.service`` a running server.

In floors, the lowest first: `problems` errors, `settings` bounds and address, `questions` what can be asked; `data`
tables and what lasts; `work` processes that fit, and jobs; `engine` joins these; `web` puts it on HTTP, `__main__` up.
"""


def create_app(instance_path=None, **settings):
    """Make a WSGI application; its worker processes start when they are first needed and end with it.

    Parameters
    ----------
    instance_path : path, optional
        Folder that keeps data and models, one application at a time; a temporary one if omitted.
    **settings
        See `helpers.service.settings.Settings`.

    Returns
    -------
    flask.Flask

    Raises
    ------
    SettingsError
        In a sentence for each wrong setting, or if another server uses the folder.
    """
    from helpers.service.web import app  # here: a worker imports this package too, and needs no web framework

    return app.build(instance_path, settings)
