"""Past one machine: processes that take webhooks, processes that work on partitions, and how they find and ask each other."""
