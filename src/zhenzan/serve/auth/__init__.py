"""Who may do what: users, passwords, sessions, API keys, roles, and the guards at the door."""
