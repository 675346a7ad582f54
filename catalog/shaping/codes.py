import re

#: How a thing is named in addresses, drafts and other definitions.
CODE = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,48}[a-z0-9])?")
