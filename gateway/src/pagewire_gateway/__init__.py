"""The gateway of Pagewire: durable Messenger and Instagram webhooks for your plugins."""
