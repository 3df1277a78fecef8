"""Pure types and decisions: documents, questions, planning, reconciling, checking."""
