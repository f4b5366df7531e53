"""The clustering endpoint: ``create_app`` makes a WSGI application, ``python -m helpers.service`` a running server.

`problems` errors, `settings` bounds and address, `parameters` questions and bodies, `digests` what stands for them,
`tables` what a table is, `readers` of its four media types, `disk` and `store` what lasts, `answers` what may be asked
again, `fitting` the clusterings, `worker` and `pool` the processes that fit. Of data larger than memory `streams` are
those in the server's folder, `jobs` what is to be done with them, `job` and `running` the process that does it.
`engine` joins these. `exchange` and `resources` put it on HTTP, `openapi` describes it, `app` is the application,
`__main__` the server.
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
    from helpers.service.app import build  # here: a worker process imports this package too, and needs no web framework

    return build(instance_path, settings)
