"""What a match must satisfy: check digits, plausible forms, likelier readings."""
