"""The home-made classic: FastAPI, its background tasks, and one httpx client. No queue, no store."""
