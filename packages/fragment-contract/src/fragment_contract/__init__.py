"""What a page composer and a fragment service must agree on, and nothing else."""
