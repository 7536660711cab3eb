"""What judging one value may cost: counted steps, and a deadline for what is not counted."""
