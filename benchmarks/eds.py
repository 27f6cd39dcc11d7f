"""How fast EDS-NLP, the rule engine of the hospitals of Paris, reads what triage reads."""

import json
import re
import statistics
import subprocess
import time
import tomllib
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from cli.parts import load_triage
from dispatch.listening_point import load_listening_point
from runtime.settings import PROJECT_ROOT, load_settings
from triage import Rulebook, assess

_ROUNDS: Final = 7
_CORPUS: Final = PROJECT_ROOT / "corpora" / "learn" / "blind-open.jsonl"
_LEXICON: Final = PROJECT_ROOT / "triage" / "lexicon"
# It brings some seventy packages that have no place in ours, so it has its own environment.
_PYTHON: Final = PROJECT_ROOT / ".venv-eds" / "bin" / "python"
_SHORTEST: Final = 200
_LONGEST: Final = 400
_CUT: Final = re.compile(r".{200,300}(?=\s)|.{300}", re.DOTALL)
# The classes of the other files hold « il », « pas », « je »: each would be an entity to qualify.
_SUBJECT_FILES: Final = ("actions", "things")
_READING: Final = """
import json, sys, time
from importlib.metadata import version
import edsnlp
asked = json.load(sys.stdin)
nlp = edsnlp.blank("eds")
nlp.add_pipe("eds.normalizer")
nlp.add_pipe("eds.sentences")
nlp.add_pipe("eds.matcher", config={"terms": asked["terms"], "attr": "NORM"})
nlp.add_pipe("eds.negation")
nlp.add_pipe("eds.hypothesis")
nlp.add_pipe("eds.family", config={"use_sections": False})
texts = asked["texts"]
entities = set_aside = 0
for text in texts:
    for entity in nlp(text).ents:
        said = entity._
        entities += 1
        set_aside += bool(said.negation or said.hypothesis or said.family)
rates = []
for _ in range(asked["rounds"]):
    started = time.process_time()
    for _ in nlp.pipe(texts):
        pass
    rates.append(len(texts) / (time.process_time() - started))
figures = {"entities": entities, "set_aside": set_aside, "rates": rates}
print(json.dumps({"version": version("edsnlp"), **figures}))
"""


def measure() -> dict[str, Any]:
    rulebook, _ = load_triage(load_listening_point(load_settings().listening_point))
    return compare(rulebook)


def compare(rulebook: Rulebook) -> dict[str, Any]:
    """Messages a second of CPU time of one process, ours and EDS-NLP's, medians of several rounds.

    EDS-NLP looks for the words and phrases of our lexicon, one list a class, and qualifies each by
    negation, hypothesis and family; once for all classes, and once for those of actions and things
    alone, which is the kinder question: it has far fewer entities to qualify. It reads in
    batches and does less than triage does (no level, no place, no spelling mistake); what it finds
    is counted, not judged. Ours is measured before and after it, so that what disturbs the machine
    for a while disturbs both.

    Returns nothing, and says how to change that, where EDS-NLP is not installed.
    """
    if not _PYTHON.exists():
        print("EDS-NLP is not installed, so not compared: make .venv-eds/stamp")
        return {}
    messages = messages_of_about_300(open_texts())
    rates = _our_rates(messages, rulebook)
    answers = {
        "all_classes": _read_by_eds_nlp(messages, lexicon_terms()),
        "actions_and_things": _read_by_eds_nlp(messages, lexicon_terms(_SUBJECT_FILES)),
    }
    rates += _our_rates(messages, rulebook)
    figures = {
        "messages": len(messages),
        "mean_characters": round(statistics.mean(map(len, messages))),
        "ours": _spread(rates),
        **{
            f"eds_nlp_{name}": _beside(answer, statistics.median(rates), len(messages))
            for name, answer in answers.items()
        },
    }
    print("\n".join(f"{name} {value}" for name, value in figures.items()))
    return figures


def open_texts() -> list[str]:
    """The texts of the open corpus, in order."""
    return [json.loads(line)["text"] for line in _CORPUS.read_text("utf-8").splitlines()]


def messages_of_about_300(texts: Iterable[str]) -> list[str]:
    """Texts joined and cut so that each has 200 to 400 characters, about 300 in the mean.

    In order: a text of 200 to 400 characters stays as it is. A shorter one is joined with the next,
    on a new line. From a longer one, pieces of 300 at most are cut at the last space, until 400 or
    less are left; what is left counts as a text. Less than 200 left at the very end is dropped.
    """
    return list(_cut_and_joined(texts))


def _cut_and_joined(texts: Iterable[str]) -> Iterator[str]:
    pending = ""
    for text in texts:
        pending = f"{pending}\n{text}".strip()
        while len(pending) > _LONGEST and (cut := _CUT.match(pending)):
            yield cut[0]
            pending = pending[cut.end() :].strip()
        if len(pending) >= _SHORTEST:
            yield pending
            pending = ""


def lexicon_terms(files: Collection[str] = ()) -> dict[str, list[str]]:
    """The words and phrases of each class of the lexicon, of all files or of those named.

    Stems, conjugated verbs and included classes are left out: EDS-NLP has no such thing.
    """
    terms = {}
    for path in sorted(_LEXICON.glob("*.toml")):
        if files and path.stem not in files:
            continue
        for name, entry in tomllib.loads(path.read_text("utf-8")).get("class", {}).items():
            listed = [*entry.get("words", "").split(), *entry.get("phrases", [])]
            if listed:
                terms[name] = listed
    return terms


def _our_rates(messages: list[str], rulebook: Rulebook) -> list[float]:
    for message in messages:
        assess(message, rulebook)
    rates = []
    for _ in range(_ROUNDS):
        started = time.process_time()
        for message in messages:
            assess(message, rulebook)
        rates.append(len(messages) / (time.process_time() - started))
    return rates


def _read_by_eds_nlp(messages: list[str], terms: dict[str, list[str]]) -> dict[str, Any]:
    answered = subprocess.run(  # noqa: S603  our own few lines
        [_PYTHON, "-c", _READING],
        input=json.dumps({"terms": terms, "texts": messages, "rounds": _ROUNDS}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    answer: dict[str, Any] = json.loads(answered.stdout)
    return {"terms": sum(map(len, terms.values())), **answer}


def _beside(answer: dict[str, Any], ours: float, messages: int) -> dict[str, Any]:
    """One reading by EDS-NLP as figures; `ratio` is how many times faster ours is."""
    return {
        "version": answer["version"],
        "terms": answer["terms"],
        "entities": answer["entities"],
        "entities_a_message": round(answer["entities"] / messages, 1),
        "set_aside": answer["set_aside"],
        **_spread(answer["rates"]),
        "ratio": round(ours / statistics.median(answer["rates"]), 2),
    }


def _spread(rates: list[float]) -> dict[str, int]:
    """The median, and the slowest and fastest round: far apart, the machine was disturbed."""
    return {
        "messages_per_second": round(statistics.median(rates)),
        "slowest": round(min(rates)),
        "fastest": round(max(rates)),
    }
