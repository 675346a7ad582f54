"""The arithmetic of promises: plain Python, without Django, I/O and wall clock. Instants are UTC seconds since 1970."""
