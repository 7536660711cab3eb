-- What is counted for a customer or a product: pages of its co-branded service, clicks and
-- conversions on the site, and advertisements shown elsewhere.
SELECT site, visitor, "user", netblock, action, pageview, customer, product
FROM branded
UNION ALL
SELECT site, visitor, "user", netblock, action, false, customer, product
FROM signals
WHERE action = 'impression' AND (customer IS NOT NULL OR product IS NOT NULL)
