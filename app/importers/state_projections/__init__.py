"""Long-term projections of the states, as Projections Central collects them from their agencies."""
