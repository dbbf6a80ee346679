"""The Qt client and the command line: shows, asks, hands over to `layers`."""
