-- Whom each conversion is credited to, by four models: a row a conversion and model, without a
-- campaign where a model finds none; of view_through only rows that it finds. `contacts` are those
-- of the day, `earlier` those of the days before that the site's window holds.
WITH conversions AS (
    SELECT * FROM acts WHERE action = 'conversion'
), pairs AS (
    SELECT conversions.act, contact.seen_at, contact.kind, contact.campaign, contact.medium
    FROM conversions
    JOIN (SELECT * FROM contacts UNION ALL BY NAME SELECT * FROM earlier) AS contact
        USING (site, visitor)
    WHERE contact.seen_at <= conversions.seen_at
), modelled AS (
    SELECT *, 'last_touch' AS model FROM pairs
    UNION ALL
    SELECT *, 'last_click' FROM pairs WHERE kind = 'click'
    UNION ALL
    SELECT *, 'view_through' FROM pairs
    WHERE act NOT IN (SELECT act FROM pairs WHERE kind = 'click')
), credited AS (
    SELECT act, model, campaign, medium FROM modelled
    QUALIFY row_number() OVER (
        PARTITION BY act, model ORDER BY seen_at DESC, kind, campaign, medium NULLS LAST
    ) = 1
    UNION ALL
    SELECT conversions.act, 'in_visit', visits.campaign, visits.medium
    FROM conversions JOIN visits USING (visit)
)
SELECT conversions.site, conversions.visitor, conversions."user", conversions.netblock, model,
       credited.campaign, credited.medium
FROM conversions
CROSS JOIN (VALUES ('in_visit'), ('last_click'), ('last_touch'), ('view_through')) AS models (model)
LEFT JOIN credited USING (act, model)
WHERE model <> 'view_through' OR credited.campaign IS NOT NULL
