-- How campaigns met visitors in the day. A click is a page or a click on the site that names one, or
-- a link followed in a mail; a view is an advertisement or a mail that was seen. A mail that names
-- no campaign is its own.
SELECT site, visitor, seen_at, kind, campaign, medium
FROM touches
UNION ALL
SELECT site, visitor, seen_at,
       CASE WHEN action = 'email_click' THEN 'click' ELSE 'view' END,
       CASE WHEN action = 'impression' THEN campaign ELSE coalesce(campaign, message) END,
       CASE WHEN action = 'impression' THEN medium ELSE coalesce(medium, 'email') END
FROM signals
WHERE action IN ('impression', 'email_open', 'email_click') AND NOT machine
  AND visitor IS NOT NULL
  AND (campaign IS NOT NULL OR (action <> 'impression' AND message IS NOT NULL))
