-- What a campaign did: advertisements shown and clicked and conversions, as their tags name it;
-- visits that came by it, and conversions in them. What a tag leaves out (medium, customer) is as
-- its visit has it, if that came by the same campaign.
SELECT site, visitor, "user", netblock, action, campaign, medium, customer, 0 AS pageviews
FROM signals
WHERE action = 'impression' AND campaign IS NOT NULL
UNION ALL
SELECT tags.site, tags.visitor, tags."user", tags.netblock, tags.action, tags.campaign,
       CASE WHEN tags.campaign = visits.campaign THEN coalesce(tags.medium, visits.medium)
            ELSE tags.medium END,
       CASE WHEN tags.campaign = visits.campaign THEN coalesce(tags.customer, visits.customer)
            ELSE tags.customer END,
       0
FROM tags JOIN visits USING (visit)
WHERE tags.campaign IS NOT NULL
UNION ALL
SELECT visits.site, visits.visitor, visits."user", visits.netblock, 'attributed', visits.campaign,
       visits.medium, visits.customer, 0
FROM tags JOIN visits USING (visit)
WHERE tags.action = 'conversion' AND visits.campaign IS NOT NULL
UNION ALL
SELECT site, visitor, "user", netblock, 'visit', campaign, medium, customer, pageviews
FROM visits
WHERE campaign IS NOT NULL
