"""The starter library: exercises, routines and their vocabulary as YAML, and how such files are read."""
