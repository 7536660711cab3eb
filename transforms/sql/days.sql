-- What a day is counted from: a row a visit; a row for every further user whom a visit names, so
-- that users are all users; a row a kind of robot that came to the site.
SELECT site, visitor, basis, "user", netblock, visit, pageviews, hits, bytes, bounce, duration_s,
       0 AS bot_hits
FROM visits
UNION ALL BY NAME
SELECT site, visitor, "user", netblock
FROM named
UNION ALL BY NAME
SELECT site, hits AS bot_hits
FROM robots
