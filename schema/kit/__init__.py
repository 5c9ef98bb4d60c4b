"""How the API answers, whatever the domain: context, batching, paging, scalars, limits, errors, execution."""
