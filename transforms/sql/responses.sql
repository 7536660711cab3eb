-- What a campaign did: advertisements shown and clicked and conversions, as their tags name it;
-- visits that came by it, and conversions in them. What a tag leaves out (medium, customer) is as
-- its visit has it, if that came by the same campaign.
SELECT site, visitor, "user", netblock, action, campaign, medium, customer, 0 AS pageviews
FROM signals
WHERE action = 'impression' AND campaign IS NOT NULL
UNION ALL
SELECT acts.site, acts.visitor, acts."user", acts.netblock, acts.action, acts.campaign,
       CASE WHEN acts.campaign = visits.campaign THEN coalesce(acts.medium, visits.medium)
            ELSE acts.medium END,
       CASE WHEN acts.campaign = visits.campaign THEN coalesce(acts.customer, visits.customer)
            ELSE acts.customer END,
       0
FROM acts JOIN visits USING (visit)
WHERE acts.campaign IS NOT NULL AND acts.action IN ('click', 'conversion')
UNION ALL
SELECT visits.site, visits.visitor, visits."user", visits.netblock, 'attributed', visits.campaign,
       visits.medium, visits.customer, 0
FROM acts JOIN visits USING (visit)
WHERE acts.action = 'conversion' AND visits.campaign IS NOT NULL
UNION ALL
SELECT site, visitor, "user", netblock, 'visit', campaign, medium, customer, pageviews
FROM visits
WHERE campaign IS NOT NULL
