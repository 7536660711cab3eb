-- Calls: those that a page asked for, and those that were held on the telephone. What a page's tag
-- leaves out is as its visit has it. A page's call that says no outcome was requested.
WITH every AS (
    SELECT acts.site, acts.visitor, acts."user", acts.netblock,
           coalesce(acts.outcome, 'requested') AS outcome,
           coalesce(acts.campaign, visits.campaign) AS campaign,
           coalesce(acts.customer, visits.customer) AS customer, acts.duration_s
    FROM acts JOIN visits USING (visit)
    WHERE acts.action = 'call'
    UNION ALL
    SELECT site, visitor, "user", netblock, outcome, campaign, customer, duration_s
    FROM signals
    WHERE action = 'call'
)
SELECT *,
       CASE WHEN duration_s < 30 THEN '0-29 s'
            WHEN duration_s < 120 THEN '30-119 s'
            WHEN duration_s < 600 THEN '2-9 min'
            WHEN duration_s >= 600 THEN '10 min+' END AS lasted
FROM every
