"""Pages for people: HTML from the answers of the API, drawn by the server.

A page asks the API for documents, as a program does over HTTP, and shows the requests. So a figure
of a page is the figure of the answer behind it.
"""
