"""The demonstration street, made by a script from facts."""
