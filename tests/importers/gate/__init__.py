"""What an import refuses: files that are cut, half known, or contradict themselves."""
