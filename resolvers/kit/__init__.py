"""Guards, transactions, identification and jobs: no domain in them."""
