"""Makes the people, unions and things that tests need, through the models alone."""
