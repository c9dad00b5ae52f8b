"""What the shop knows of TLS, where it is installed."""

try:
    from twisted.internet.ssl import *

    available = True
except ImportError:
    available = False
