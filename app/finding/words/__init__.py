"""What search and title matching both know of the words of job titles. It imports no room."""
