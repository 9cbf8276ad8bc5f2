"""The plugin keeps the contract that every plugin inherits; its sink is away throughout."""

from pagewire.testing import contract_of

TestContract = contract_of("crm-sync", config={"url": "http://127.0.0.1:9/events"})
