-- Two rows a visit that saw a page: the one where it began and the one where it ended.
SELECT site, visitor, "user", netblock, visit, bounce, 'entry' AS position, entry_page AS path
FROM visits
WHERE pageviews > 0
UNION ALL
SELECT site, visitor, "user", netblock, visit, bounce, 'exit', exit_page
FROM visits
WHERE pageviews > 0
