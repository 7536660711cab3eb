-- The night's tables by hand: what somebody who knows DuckDB writes in a day. All twelve that this
-- log has rows for, to weir's definitions, less what is dear: robots are known by name only, not by
-- behaviour, and an agent by a few LIKEs. No scrubbing, no pseudonyms: nothing here may be shared.
-- `lines` (address, stamp, method, target, status, size, referrer, agent; texts) is made by
-- duckdb_script.py. A visitor is a URL's session, else address and agent.

CREATE TEMP TABLE parsed AS
SELECT
    contains(target, ';jsessionid=') AS by_session,
    CASE WHEN by_session  -- 64 bits: exact as far as 5 million lines go
         THEN hash(regexp_extract(target, ';jsessionid=([^;?/#]+)', 1))
         ELSE hash(address, agent) END AS visitor,
    strptime(stamp, '%d/%b/%Y:%H:%M:%S') AS seen_at,
    method = 'GET' AS got,
    url_decode(split_part(split_part(target, '?', 1), ';', 1)) AS path,
    contains(target, 'utm_') AS by_campaign,
    CASE WHEN by_campaign
         THEN url_decode(regexp_extract(target, '[?&]utm_campaign=([^&#]*)', 1)) END AS campaign,
    CASE WHEN by_campaign
         THEN url_decode(regexp_extract(target, '[?&]utm_medium=([^&#]*)', 1)) END AS medium,
    status::SMALLINT AS status,
    coalesce(try_cast(size AS BIGINT), 0) AS bytes,
    referrer,
    agent
FROM lines;

CREATE TEMP TABLE agents AS
SELECT row_number() OVER () AS agent_id, agent,
    CASE
        WHEN regexp_matches(agent, '(?i)gptbot|ccbot|claudebot|bytespider|amazonbot') THEN 'ai_crawler'
        WHEN regexp_matches(agent, '(?i)googlebot|bingbot|yandex|baidu|duckduckbot') THEN 'search'
        WHEN regexp_matches(agent, '(?i)ahrefs|semrush|dotbot|mj12bot') THEN 'seo'
        WHEN regexp_matches(agent, '(?i)^(curl|wget|python-|go-http|java/)') THEN 'tool'
        WHEN regexp_matches(agent, '(?i)bot|crawl|spider') THEN 'crawler'
        WHEN agent IN ('', '-') THEN 'silent'
    END AS bot,
    CASE
        WHEN agent LIKE '%bot%' THEN 'Other'
        WHEN agent LIKE '%Edg/%' THEN 'Edge'
        WHEN agent LIKE '%OPR/%' THEN 'Opera'
        WHEN agent LIKE '%Firefox/%' THEN 'Firefox'
        WHEN agent LIKE '%Chrome/% Mobile %' THEN 'Chrome Mobile'
        WHEN agent LIKE '%Chrome/%' THEN 'Chrome'
        WHEN agent LIKE '%Mobile/%Safari/%' THEN 'Mobile Safari'
        WHEN agent LIKE '%Safari/%' THEN 'Safari'
        WHEN agent LIKE '%MSIE %' OR agent LIKE '%Trident/%' THEN 'IE'
        ELSE 'Other'
    END AS browser,
    CASE
        WHEN agent LIKE '%Windows NT%'
            THEN 'Windows ' || regexp_extract(agent, 'Windows NT (\d+)', 1)
        WHEN agent LIKE '%Android%' THEN 'Android ' || regexp_extract(agent, 'Android (\d+)', 1)
        WHEN agent LIKE '%iPhone%' OR agent LIKE '%iPad%'
            THEN 'iOS ' || regexp_extract(agent, ' OS (\d+)_', 1)
        WHEN agent LIKE '%Mac OS X%'
            THEN 'Mac OS X ' || regexp_extract(agent, 'Mac OS X (\d+)', 1)
        WHEN agent LIKE '%Linux%' THEN 'Linux'
        ELSE 'Other'
    END AS os,
    CASE
        WHEN agent LIKE '%iPad%' OR agent LIKE '%Tablet%' THEN 'tablet'
        WHEN agent LIKE '%Mobile%' OR agent LIKE '%iPhone%' THEN 'mobile'
        ELSE 'desktop'
    END AS device
FROM (SELECT DISTINCT agent FROM parsed);

CREATE TEMP TABLE places AS
SELECT row_number() OVER () AS place_id, referrer,
    regexp_extract(referrer, '^https?://(?:www\.)?([^/:?#]+)', 1) AS host,
    CASE
        WHEN referrer = '-' THEN 'none'
        WHEN host = 'example.com' THEN 'internal'
        WHEN regexp_matches(host, '(^|\.)(google|bing|yahoo|duckduckgo|baidu|yandex)\.') THEN 'search'
        WHEN regexp_matches(host, '(^|\.)(facebook|instagram|reddit|linkedin|t)\.com?$') THEN 'social'
        ELSE 'other'
    END AS kind,
    if(host = '', '(none)', host) AS domain
FROM (SELECT DISTINCT referrer FROM parsed);

CREATE TEMP TABLE paths AS
SELECT row_number() OVER (ORDER BY path) AS path_id, path,
    split_part(path, '.', -1) IN ('css', 'js', 'mjs', 'png', 'jpg', 'jpeg', 'gif', 'ico', 'svg',
        'webp', 'avif', 'woff', 'woff2', 'ttf', 'map', 'json', 'xml', 'txt', 'mp4') AS asset
FROM (SELECT DISTINCT path FROM parsed);

-- Numbers for texts, so that sorting and grouping are of narrow rows. A document that was delivered
-- to a person is a page view.
CREATE TEMP TABLE asked AS
SELECT visitor, seen_at, by_session, by_campaign, campaign, medium, status, bytes,
    agent_id::INTEGER AS agent_id, place_id::INTEGER AS place_id, path_id::INTEGER AS path_id,
    bot IS NOT NULL AS robot, bot = 'silent' AS silent, asset, path <> '' AS named,
    got AND NOT asset AND (status BETWEEN 200 AND 299 OR status = 304) AND NOT robot AS pageview
FROM parsed JOIN agents USING (agent) JOIN places USING (referrer) JOIN paths USING (path);
DROP TABLE parsed;

-- Of people, numbered by visit. RANGE: hits of one second are of one visit, whichever comes first.
CREATE TEMP TABLE hits AS
WITH gaps AS (
    SELECT * EXCLUDE (robot, silent), seen_at - lag(seen_at) OVER w > INTERVAL 30 MINUTES AS later
    FROM asked WHERE NOT robot WINDOW w AS (PARTITION BY visitor ORDER BY seen_at)
)
SELECT *, count(*) FILTER (later) OVER (
    PARTITION BY visitor ORDER BY seen_at RANGE UNBOUNDED PRECEDING) AS number
FROM gaps;

CREATE TEMP TABLE visits AS
SELECT visitor, number,
    min(seen_at) AS began, date_diff('second', began, max(seen_at)) AS duration_s,
    count(*) AS hits, count(*) FILTER (pageview) AS pageviews, sum(bytes)::BIGINT AS bytes,
    arg_min(path_id, seen_at) FILTER (pageview) AS entry_page,
    arg_max(path_id, seen_at) FILTER (pageview) AS exit_page,
    arg_min((place_id, by_campaign), (seen_at, NOT pageview, path_id)) AS first,
    arg_min(campaign, seen_at) AS campaign, arg_min(medium, seen_at) AS medium,
    any_value(by_session) AS by_session, any_value(agent_id) AS agent_id
FROM hits
GROUP BY ALL;

CREATE TABLE made.traffic AS
SELECT count(DISTINCT visitor) AS visitors,
    count(DISTINCT visitor) FILTER (by_session) AS visitors_url_session,
    count(*) AS visits, sum(pageviews)::BIGINT AS pageviews, sum(hits)::BIGINT AS hits,
    sum(bytes)::BIGINT AS bytes, count(*) FILTER (pageviews = 1) AS bounces,
    sum(duration_s)::BIGINT AS duration_s,
    (SELECT count(*) FROM asked WHERE robot) AS bot_hits
FROM visits;

CREATE TABLE made.hours AS
WITH asked AS (
    SELECT hour(seen_at) AS hour, count(DISTINCT visitor) AS visitors,
        count(*) FILTER (pageview) AS pageviews, count(*) AS hits, sum(bytes)::BIGINT AS bytes
    FROM hits GROUP BY ALL
), began AS (SELECT hour(began) AS hour, count(*) AS visits FROM visits GROUP BY ALL)
SELECT lpad(hour::VARCHAR, 2, '0') AS hour, visitors, coalesce(visits, 0) AS visits, pageviews, hits, bytes
FROM asked LEFT JOIN began USING (hour) ORDER BY ALL;

CREATE TABLE made.pages AS
WITH seen AS (
    SELECT path_id, visitor, number, count(*) AS n FROM hits WHERE pageview GROUP BY ALL
), counted AS (
    SELECT path_id, count(DISTINCT visitor) AS visitors, count(*) AS visits,
        sum(n)::BIGINT AS pageviews
    FROM seen GROUP BY ALL
)
SELECT path, visitors, visits, pageviews FROM counted JOIN paths USING (path_id) ORDER BY ALL;

CREATE TABLE made.entry_exit AS
WITH ends AS (
    SELECT 'entry' AS position, entry_page AS path_id, visitor, pageviews FROM visits
    UNION ALL
    SELECT 'exit', exit_page, visitor, pageviews FROM visits
), counted AS (
    SELECT position, path_id, count(DISTINCT visitor) AS visitors, count(*) AS visits,
        count(*) FILTER (pageviews = 1) AS bounces
    FROM ends WHERE pageviews > 0 GROUP BY ALL
)
SELECT position, path, visitors, visits, bounces
FROM counted JOIN paths USING (path_id) ORDER BY ALL;

CREATE TABLE made.referrers AS
SELECT if(first[2] AND kind <> 'internal', 'campaign', kind) AS kind, domain,
    count(DISTINCT visitor) AS visitors, count(*) AS visits, sum(pageviews)::BIGINT AS pageviews,
    count(*) FILTER (pageviews = 1) AS bounces
FROM visits JOIN places ON place_id = first[1] GROUP BY ALL ORDER BY ALL;

CREATE TABLE made.technology AS
SELECT browser, os, device, count(DISTINCT visitor) AS visitors, count(*) AS visits,
    sum(pageviews)::BIGINT AS pageviews
FROM visits JOIN agents USING (agent_id) GROUP BY ALL ORDER BY ALL;

CREATE TABLE made.campaigns AS
SELECT campaign, medium, count(DISTINCT visitor) AS visitors, count(*) AS visits,
    sum(pageviews)::BIGINT AS pageviews
FROM visits WHERE campaign IS NOT NULL GROUP BY ALL ORDER BY ALL;

CREATE TABLE made.errors AS
SELECT status, path, kind, domain, count(*) FILTER (NOT robot) AS hits,
    count(DISTINCT visitor) FILTER (NOT robot) AS visitors, count(*) FILTER (robot) AS hits_bots
FROM asked JOIN places USING (place_id) JOIN paths USING (path_id)
WHERE status >= 400 GROUP BY ALL ORDER BY ALL;

CREATE TABLE made.bots AS
SELECT bot, browser, count(*) AS hits, sum(bytes)::BIGINT AS bytes
FROM asked JOIN agents USING (agent_id) WHERE robot GROUP BY ALL ORDER BY ALL;

CREATE TABLE made.quality AS
SELECT 'log' AS channel, count(*) FILTER (NOT robot) AS hits,
    count(*) FILTER (NOT robot AND NOT asset AND named) AS pages,
    count(*) FILTER (NOT robot AND by_session) AS hits_url_session,
    count(*) FILTER (NOT robot AND NOT by_session) AS hits_network,
    count(*) FILTER (robot) AS robots, count(*) FILTER (robot AND silent) AS silent
FROM asked;

-- Nobody is registered in this log, and no script says who they are: a row each.
CREATE TABLE made.demographics AS
SELECT 'unknown' AS age_band, 'unknown' AS gender, 'unknown' AS profession, visitors, visits,
    pageviews, hits, duration_s
FROM made.traffic;

CREATE TABLE made.languages AS
SELECT 'unknown' AS language, 'unknown' AS country, visitors, visits, pageviews
FROM made.traffic;
