"""The plugin keeps the contract that every plugin inherits."""

from pagewire.testing import contract_of

RULES = [
    {"when": {"text": "hours"}, "reply": {"text": "9 to 5"}},
    {"when": {"postback": "START"}, "reply": {"text": "Welcome"}},
]

TestContract = contract_of("auto-reply", config={"rules": RULES})
