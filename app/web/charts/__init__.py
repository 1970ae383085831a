"""Charts as SVG, drawn by the server without a library.

The outer ``<svg>`` is as wide as its box and has a fixed height. Across, everything stands in per
cent; down, in pixels: so text keeps its size from 320 to 1920 pixels. What needs points, bands and
lines, lies in an inner ``<svg>`` that is stretched. Room for labels beside the plot is the margin
of the outer one (classes ``ml``, ``mr``, ``names``). Words with the class ``wide`` are shown from
640 pixels on, ``slim`` below.

Colours are classes, never attributes: themes, print and forced colours work, and the CSP needs no
exception. ``picture`` alone, made to be taken away, has its colours in it.
"""
