"""What is not GraphQL itself: the HTTP endpoint, health, and the page a browser finds."""
