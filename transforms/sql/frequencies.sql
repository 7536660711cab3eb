-- How often each visitor was shown a campaign in the day: a row a visitor and campaign.
SELECT site, visitor, campaign, min("user") AS "user", min(netblock) AS netblock,
       count(*) AS impressions,
       CASE WHEN count(*) <= 3 THEN count(*)::VARCHAR
            WHEN count(*) <= 5 THEN '4-5'
            WHEN count(*) <= 10 THEN '6-10'
            ELSE '11+' END AS shown
FROM signals
WHERE action = 'impression' AND campaign IS NOT NULL AND visitor IS NOT NULL
GROUP BY site, visitor, campaign
