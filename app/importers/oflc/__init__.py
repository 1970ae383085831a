"""Job titles as employers file them with the Labor Department for foreign workers (OFLC)."""
