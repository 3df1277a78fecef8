"""The REST service held to its own OpenAPI document, by schemathesis."""
