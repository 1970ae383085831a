"""O*NET: duties, titles, skills, technologies, education, experience and job zones."""
