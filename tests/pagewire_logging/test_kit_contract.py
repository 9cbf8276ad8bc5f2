"""The plugin keeps the contract that every plugin inherits."""

from pagewire.testing import contract_of

TestContract = contract_of("logging")
