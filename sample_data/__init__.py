"""Three days of two invented sites, and the truth about them.

`python -m sample_data.generate`. In: a seed. Out: logs, script events, profiles, truth, canaries.
Nothing here imports Weir, so that the truth is worked out apart from what it judges.
"""
