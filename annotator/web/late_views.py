"""Screens whose views are imported when their first request comes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module
from threading import Lock
from typing import Any

from flask import Blueprint, Flask
from werkzeug.routing import Rule

from annotator.web.uploads import allow_more

# One thread at a time: two that import parts of one library from two ends wait for each other.
IMPORTING = Lock()


@dataclass(frozen=True)
class Route:
    """One method of one address, and the name of the function that answers it."""

    method: str
    rule: str
    view: str
    defaults: Mapping[str, Any]


def get(rule: str, view: str, defaults: Mapping[str, Any] | None = None) -> Route:
    """Return a route that shows something."""
    return Route("GET", rule, view, defaults or {})


def post(rule: str, view: str) -> Route:
    """Return a route that changes something."""
    return Route("POST", rule, view, {})


@dataclass
class LateView:
    """Stands for a function of a module, which is imported at the first call."""

    module: str
    name: str
    __name__: str = field(init=False)

    def __post_init__(self) -> None:
        self.__name__ = self.name  # extensions of Flask ask for it

    def __call__(self, *args: Any, **given: Any) -> Any:
        """Answer a request."""
        return self.view(*args, **given)

    @cached_property
    def view(self) -> Callable[..., Any]:
        """Import the function."""
        with IMPORTING:
            found: Callable[..., Any] = getattr(import_module(self.module), self.name)
        return found


class Screen(Blueprint):
    """The addresses whose views are functions of one module below `annotator.web`.

    `refusals` has the functions that answer an error of this screen, by its status; through the
    forms of a screen that `takes_files` files come in.
    """

    def __init__(
        self,
        name: str,
        module: str,
        *routes: Route,
        url_prefix: str | None = None,
        takes_files: bool = False,
        refusals: Mapping[int, str] | None = None,
    ) -> None:
        super().__init__(name, "annotator", url_prefix=url_prefix)
        self.module = f"annotator.web.{module}"
        # One for all addresses of a function: an endpoint has one view.
        self.views: dict[str, LateView] = {}
        for route in routes:
            view = self.views.setdefault(route.view, LateView(self.module, route.view))
            self.add_url_rule(
                route.rule, route.view, view, methods=[route.method], defaults=route.defaults
            )
        if takes_files:
            self.url_value_preprocessor(allow_more)
        for status, function in (refusals or {}).items():
            view = self.views.setdefault(function, LateView(self.module, function))
            self.register_error_handler(status, view)


class LateRule(Rule):
    """An address; what builds its text is made when the first link to it is built.

    That compiles two functions for each address, a tenth of the time in which a server starts.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        """Return what Werkzeug compiles for this address, at the first call."""
        compile_builder = super()._compile_builder

        @cache
        def compiled() -> Callable[..., tuple[str, str]]:
            return compile_builder(append_unknown)

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            return compiled()(rule, **values)

        return build


def import_all(app: Flask) -> None:
    """Import every view now: where one cannot be imported, that shows here."""
    for view in app.view_functions.values():
        if isinstance(view, LateView):
            _ = view.view


def broken_views(screens: Iterable[Screen]) -> Iterator[str]:
    """Import the views of these screens; yield in words those that cannot be, and why."""
    for screen in screens:
        for view in screen.views.values():
            try:
                _ = view.view
            except Exception as error:
                yield f"{view.module}.{view.name} cannot be loaded: {type(error).__name__}: {error}"
