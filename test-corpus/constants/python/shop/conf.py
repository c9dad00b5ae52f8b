VERIFY = False
STRICT = True
