"""The map: one page of ours in Qt WebEngine, fed through the ``app:`` scheme, without any network."""
