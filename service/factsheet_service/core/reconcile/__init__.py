"""From candidates to the fact sheet: names, choice, rules, derivations. All pure."""
