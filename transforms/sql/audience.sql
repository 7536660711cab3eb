-- Visits with demographics: of the user's profile, else what a script said of the browser.
-- A profile counts as a whole, so that no mixture describes a person who does not exist.
-- contradicted: the script said something else of the browser than the profile of its user.
SELECT visits.*,
       coalesce(profile.age_band, script.age_band, 'unknown') AS age_band,
       coalesce(profile.gender, script.gender, 'unknown') AS gender,
       coalesce(profile.profession, script.profession, 'unknown') AS profession,
       coalesce(profile.country, script.country, 'unknown') AS stated_country,
       coalesce(profile.language, script.language, 'unknown') AS stated_language,
       coalesce((profile.age_band <> script.age_band
                 AND 'unknown' NOT IN (profile.age_band, script.age_band))
                OR (profile.gender <> script.gender
                 AND 'unknown' NOT IN (profile.gender, script.gender))
                OR (profile.profession <> script.profession
                 AND 'unknown' NOT IN (profile.profession, script.profession))
                OR (profile.country <> script.country
                 AND 'unknown' NOT IN (profile.country, script.country))
                OR (profile.language <> script.language
                 AND 'unknown' NOT IN (profile.language, script.language)), false) AS contradicted
FROM visits
LEFT JOIN profiles AS profile ON profile.site = visits.site AND profile.key = visits."user"
LEFT JOIN scripts AS script ON script.site = visits.site AND script.key = visits.visitor
