"""Files written whole or not at all, which say where they are from and are checked when read."""
