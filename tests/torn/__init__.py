"""Generated reports that are torn as conversion from PDF tears them, with the truth known.

``world`` draws facts that agree with one another, ``layouts`` prints them as tables, tiles and charts and
tears these, ``report`` puts them between prose on pages, ``score`` reads a report and compares.
"""
