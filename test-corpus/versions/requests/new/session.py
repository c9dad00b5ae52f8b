import os

os.environ["REQUESTS_CA_BUNDLE"] = ""
