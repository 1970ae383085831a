"""Files recognised, joined into releases and written; and which releases are shown."""
