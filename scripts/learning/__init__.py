"""`make learn`: learn from labelled examples how much each clue weighs; write triage/weights."""
