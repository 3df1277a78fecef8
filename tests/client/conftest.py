from support.serving import api, held, jobs_path, make_app, operations, settings, url

__all__ = ["api", "held", "jobs_path", "make_app", "operations", "settings", "url"]
