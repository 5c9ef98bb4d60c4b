"""Tests, in the same rooms as the code: models, resolvers and schema."""
