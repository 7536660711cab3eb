-- Visits with demographics: of the user's profile, else what a script said of the browser.
-- A profile counts as a whole, so that no mixture describes a person who does not exist.
SELECT visits.*,
       coalesce(profile.age_band, script.age_band, 'unknown') AS age_band,
       coalesce(profile.gender, script.gender, 'unknown') AS gender,
       coalesce(profile.profession, script.profession, 'unknown') AS profession
FROM visits
LEFT JOIN profiles AS profile ON profile.site = visits.site AND profile.key = visits."user"
LEFT JOIN scripts AS script ON script.site = visits.site AND script.key = visits.visitor
