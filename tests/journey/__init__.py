"""From the first command to the last step of a case, as a newcomer would try it."""
