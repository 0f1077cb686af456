"""From YAML text to nodes that know their place: source, fields, names, guards, effects, and every
issue there is. No kind of task is named here."""
