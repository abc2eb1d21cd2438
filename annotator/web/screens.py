"""The screens of the application, each a blueprint of its own."""

from annotator.web import healthz

ALL = (healthz.bp,)
