"""Reports that people look at: one self-contained HTML file each.

In: a release's manifest and its tables. Out: text, with charts as inline SVG and no request to
anywhere. Values of the data reach the page only through the escaping template.
"""
