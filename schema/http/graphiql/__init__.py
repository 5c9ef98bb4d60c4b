"""GraphiQL for browsers at `/graphql`: the page's sources and build, and how it is served."""
