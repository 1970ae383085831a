"""Import speed, side by side with merely reading the same file, in the same run."""
