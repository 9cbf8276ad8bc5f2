"""FastAPI in front, Celery over Redis behind, each as it comes."""
