import os

CACHE_URL = os.environ.get("REPORTS_REDIS_URL", os.environ.get("REDIS_URL", "redis://localhost:6379/0"))
