-- What a later day's conversions may be credited to: each visitor's last click and last view.
SELECT * FROM contacts
QUALIFY row_number() OVER (
    PARTITION BY site, visitor, kind ORDER BY seen_at DESC, campaign, medium NULLS LAST
) = 1
