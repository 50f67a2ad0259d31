"""One page that shows a model: its data as JSON (`data`, `expressions`, `graph`), and the page around it (`html`).

The script and the style in `bundle/` are built from `report-ui/`; no network is needed to open a page.
"""
