import os

os.environ["REQUESTS_CA_BUNDLE"] = ""  #~ unverified-certificate: os.environ["REQUESTS_CA_BUNDLE"] = ""
