"""`point-ecoute triage explain`: what matched, what was set aside, and why the level."""

from cli.explain import explained
from triage import Rulebook, assess


def told(text: str, rulebook: Rulebook) -> str:
    return "\n".join(line.plain for line in explained(text, assess(text, rulebook)))


def test_the_level_the_words_and_the_reason_are_shown(rulebook: Rulebook):
    said = told("Il m'enferme le soir à Douai et il garde la clé", rulebook)

    assert said.startswith("CRITICAL\nIl m'enferme le soir à Douai")
    assert "affirmé" in said
    assert "confinement" in said
    assert "douaisis" in said
    assert "Niveau critique" in said


def test_a_denied_fact_is_shown_as_denied(rulebook: Rulebook):
    [line] = [
        line
        for line in told("il ne m'a jamais frappée", rulebook).splitlines()
        if "physical_violence" in line
    ]

    assert line.startswith("nié")


def test_the_words_that_carry_a_fact_are_coloured(rulebook: Rulebook):
    text = "bonjour, il a un couteau il est devant ma porte"
    shown = list(explained(text, assess(text, rulebook)))[1]

    coloured = "".join(shown.plain[s.start : s.end] for s in shown.spans if "red" in str(s.style))
    assert "couteau" in coloured
    assert "bonjour" not in coloured
