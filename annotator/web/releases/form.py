"""The form of a new release, and of how its gold is made."""

from dataclasses import replace
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, FloatField, IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from annotator.formats.release import parquet
from annotator.measure.methods import MOST_SEED, MOST_SMOOTHING
from annotator.measure.splits import ARTICLE, DATE, PARTS, PUBLISHER, SPEAKER, USUAL_SHARES
from annotator.phrases import method_name
from annotator.web.forms import NumberRange
from annotator.work.consensus.voting import LEAST_MARGIN
from annotator.work.gold.models import STANDARD, Aggregation
from annotator.work.releases.settings import LARGEST_SEED, NAME, Settings

WAYS = {
    ARTICLE: "Article: near-duplicates together",
    PUBLISHER: "Publisher: all of its articles together",
    SPEAKER: "Speaker: articles with the same speaker together",
    DATE: "Date: training before development before test",
}
MAJORITY = "majority"
METHODS = {
    method: f"{method_name(method, alone=True)}: {says}"
    for method, says in {
        MAJORITY: "a tie or a low margin stays open",
        "weighted": "votes weighted by agreement with the others",
        "dawid-skene": "one confusion matrix per annotator",
        "one-coin": "one accuracy per annotator",
        "mace": "share of random answers per annotator",
    }.items()
}
WHOLE = 100


class UsualIfEmpty:
    """A field in which nothing stands for what is usual; what is no number is out of its range."""

    def process_formdata(self: Any, valuelist: list[str]) -> None:
        """Read a number; None where there is something else."""
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            self.data = self.default
            return
        try:
            self.data = self.kind(text)
        except ValueError:
            self.data = None


class Amount(UsualIfEmpty, FloatField):  # type: ignore[misc]
    """A number."""

    kind = float


class Whole(UsualIfEmpty, IntegerField):  # type: ignore[misc]
    """A whole number."""

    kind = int


class WayForm(FlaskForm):  # type: ignore[misc]
    """How gold is made where annotators differ and nobody has decided."""

    method = RadioField(
        "Gold method for undecided disagreements",
        choices=[SelectChoice(method, words) for method, words in METHODS.items()],
        default=MAJORITY,
    )
    margin = Amount(
        "Minimum margin",
        [NumberRange(0, 1, "The margin must be a number from 0 to 1.")],
        default=LEAST_MARGIN,
    )
    smoothing = Amount(
        "Smoothing",
        [
            NumberRange(
                0, MOST_SMOOTHING, f"The smoothing must be a number from 0 to {MOST_SMOOTHING:g}."
            )
        ],
        default=STANDARD.smoothing,
    )
    model_seed = Whole(
        "Seed of the model",
        [
            NumberRange(
                0,
                MOST_SEED,
                f"The seed of the model must be a whole number from 0 to {MOST_SEED:,}.",
            )
        ],
        default=STANDARD.seed,
    )

    @property
    def settings_fields(self) -> list[Any]:
        """Return the fields of the settings of the model."""
        return [self.margin, self.smoothing, self.model_seed]

    @property
    def settings_errors(self) -> list[str]:
        """Return what is wrong with the method and its settings."""
        fields = [self.method, *self.settings_fields]
        return [str(each) for field in fields for each in field.errors]

    @property
    def way(self) -> Aggregation:
        """Return what was chosen."""
        model = replace(STANDARD, smoothing=self.smoothing.data, seed=self.model_seed.data)
        return Aggregation(self.method.data, model, self.margin.data)


class ReleaseForm(WayForm):
    """The name of a release, what it shows, and how its articles are split."""

    name = StringField("Name", [InputRequired("Enter a name, for example v1.0."), Length(max=64)])
    without_text = BooleanField("Without article texts")
    with_notes = BooleanField("Include annotators’ notes")
    parquet = BooleanField("Also write the tables as Parquet")
    by = RadioField(
        "Split by",
        choices=[SelectChoice(way, words) for way, words in WAYS.items()],
        default=ARTICLE,
    )
    train = IntegerField("Training, in percent", [InputRequired("Enter a number.")])
    dev = IntegerField("Development, in percent", [InputRequired("Enter a number.")])
    test = IntegerField("Test, in percent", [InputRequired("Enter a number.")])
    despite_warning = BooleanField("Use this method despite the warnings")
    seed = IntegerField(
        "Seed",
        [
            InputRequired("Enter a number."),
            NumberRange(0, LARGEST_SEED, f"Choose a number from 0 to {LARGEST_SEED:,}."),
        ],
        default=0,
    )

    def __init__(self, **kwargs: Any) -> None:
        usual = {part: round(share * WHOLE) for part, share in USUAL_SHARES.items()}
        super().__init__(**{"data": usual, **kwargs})

    def validate_name(self, field: Any) -> None:
        """Refuse what could not be the name of a folder."""
        field.data = (field.data or "").strip()
        if not NAME.fullmatch(field.data):
            raise ValidationError(
                "Use letters, digits, dots, hyphens and underscores, with a letter or"
                " digit at both ends, for example v1.0."
            )

    def validate_parquet(self, field: Any) -> None:
        """Refuse what needs a library that is not installed."""
        if field.data and self.without_parquet:
            raise ValidationError(self.without_parquet)

    @property
    def without_parquet(self) -> str:
        """Return which command installs what Parquet needs; empty where it is installed."""
        return "" if parquet.is_installed() else f"{parquet.INSTALL}."

    def validate_train(self, _field: Any) -> None:
        """Refuse shares that are no whole."""
        shares = [self[part].data for part in PARTS]
        if all(isinstance(each, int) for each in shares) and (
            min(shares) < 1 or sum(shares) != WHOLE
        ):
            raise ValidationError(
                "Each share must be at least 1, and the three must add up to 100."
            )

    def settings(self) -> Settings:
        """Return what was chosen."""
        return Settings(
            self.name.data,
            with_text=not self.without_text.data,
            with_notes=bool(self.with_notes.data),
            by=self.by.data,
            shares={part: self[part].data / WHOLE for part in PARTS},
            seed=self.seed.data,
            parquet=bool(self.parquet.data),
            method=self.method.data,
            margin=self.margin.data,
            smoothing=self.smoothing.data,
            model_seed=self.model_seed.data,
            despite_warning=bool(self.despite_warning.data),
        )
