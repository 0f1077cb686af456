"""What can be known of a script before anyone plays it. Pure, like the rules it drives."""
