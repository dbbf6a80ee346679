"""The map for paper: laid out in millimetres and painted with any painter, independent of the screen."""
