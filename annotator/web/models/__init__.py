"""The page of models: how they stand to people and to gold."""
