"""Files that people add to exercises: told by their content, cleaned and written anew, or refused with the remedy."""
