"""The facts of a small release, as they are written; tests change what they are about."""

from annotator.codebook.load import load_default
from annotator.formats.release.card.codebook import facts_of


def part(articles, sentences, gold, **stances):
    return {"articles": articles, "sentences": sentences, "gold": gold, "stances": stances}


def figure(field, value, low=None, high=None, measure="alpha_nominal"):
    return {
        "field": field, "measure": measure, "value": value, "low": low, "high": high,
        "n_units": 71, "n_annotators": 3,
    }  # fmt: skip


def facts(**changes):
    return {
        "project": "us-russia",
        "title": "US–Russia cooperation",
        "target_question": "For or against the United States and Russia cooperating?",
        "name": "v1.0",
        "software": "annotator 0.1.0",
        "codebook_version": 2,
        "as_of": "2026-11-20T09:40:12Z",
        "status": "gold",
        "licence": {"annotations": "CC BY 4.0", "texts": ""},
        "with_text": True,
        "with_notes": True,
        "parquet": False,
        "authors": ["Ekman, Ulrika", "Newsroom Lab"],
        "counts": {
            "articles": 12, "sentences": 340, "answers": 701, "complete_answers": 690,
            "annotators": 3, "speakers": 41, "decisions": 23,
            "adjudicated_with_reason": 9, "gold_sentences": 318,
            "open_sentences": 15, "unanswered_sentences": 7, "double_labelled": 297,
        },
        "how": {"unanimous": 250, "majority": 45, "adjudicated": 23, "open": 15, "none": 7},
        "splits": {
            "settings": {
                "by": "article", "shares": {"train": 0.8, "dev": 0.1, "test": 0.1}, "seed": 0,
                "stratified": "stance",
            },
            "counts": {
                "train": part(9, 270, 251, support=120, oppose=33),
                "dev": part(2, 40, 37, support=11, oppose=6),
                "test": part(1, 30, 30, oppose=4, support=9),
            },
        },
        "gates": [{"gate": "stance_alpha", "wanted": 0.55, "found": 0.604, "passed": True}],
        "agreement": [figure("status", 0.81, 0.7, 0.89), figure("stance", 0.68, 0.604, 0.75)],
        "audit_root": "ab" * 32,
        "method": "majority",
        "aggregation": {
            "margin": 0.3, "smoothing": None, "most_steps": None, "least_change": None,
            "restarts": None, "seed": None,
        },
        "languages": ["de", "en"],
        "published": {"from": "2017-05-02", "to": "2017-06-30", "unknown": 0},
        "publishers": [{"name": "AP", "articles": 8}, {"name": "", "articles": 4}],
        "codebook": facts_of(load_default()),
        **changes,
    }  # fmt: skip
