"""What a change of catalogue, data or program changes for those who install."""
