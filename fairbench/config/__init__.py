"""All that a user may say, typed and with defaults, and one message for all that is wrong."""
