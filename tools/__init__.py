"""What makes and runs the course, never imported by helpers: editions, grading, slides, re-runs, refreshed outputs."""
