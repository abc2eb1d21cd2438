"""The screens of the application, each a blueprint of its own."""

from annotator.web import (
    account,
    agreement,
    articles,
    assign,
    codebook,
    healthz,
    imports,
    label,
    labels,
    my_work,
    project,
    sign_in,
)

ALL = (
    healthz.bp,
    sign_in.bp,
    account.bp,
    agreement.bp,
    label.bp,
    labels.bp,
    my_work.bp,
    project.bp,
    articles.bp,
    imports.bp,
    assign.bp,
    codebook.bp,
)
