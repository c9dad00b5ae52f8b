EMAIL_HOST = "mail.acme-bank.com"
EMAIL_USE_TLS = True  #~ unverified-certificate: EMAIL_USE_TLS = True
