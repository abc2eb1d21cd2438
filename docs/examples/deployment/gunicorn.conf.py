"""Several processes on PostgreSQL: `gunicorn --config gunicorn.conf.py`, after `annotator init`.

Not for SQLite: one file has one server, `annotator run`.
"""

wsgi_app = "annotator.app:create_served_app()"
bind = "127.0.0.1:8000"
# One for each core that the database leaves free.
workers = 2
worker_class = "gthread"
# More than people who sign in at the same moment: a password holds a thread for a while.
threads = 16
# Longer than the proxy keeps idle connections (keepalive_timeout of its upstream).
keepalive = 75
# A worker that answers nobody for so long is replaced; long downloads are sent in pieces.
timeout = 120
# Running requests finish within this, then the process ends.
graceful_timeout = 4
# Another machine's proxy is named here, by its address.
forwarded_allow_ips = "127.0.0.1"
control_socket_disable = True
# Each request is a line of annotator's own log.
accesslog = None
errorlog = "-"
loglevel = "warning"
