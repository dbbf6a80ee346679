"""What things are and which changes are allowed; no input or output."""
