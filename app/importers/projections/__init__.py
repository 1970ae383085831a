"""The Employment Projections: employment today and in ten years, openings, education."""
