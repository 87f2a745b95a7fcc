"""What all rooms stand on: named random streams, names in paths, and the schema of a section."""
