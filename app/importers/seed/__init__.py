"""The seed: the article's facts and excerpts of official releases, from YAML files."""
