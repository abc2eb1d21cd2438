"""The screens of the application, each a blueprint of its own."""

from annotator.web import account, healthz, sign_in

ALL = (healthz.bp, sign_in.bp, account.bp)
