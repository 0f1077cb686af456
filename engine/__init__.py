"""红船's engine: scenarios, rules, proofs, the event log and the live runs. No web in here."""
