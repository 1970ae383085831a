module occupations

go 1.19
