"""The parts of views as typed structs: what each audience is sent, field by field. The wire's JSON
is these, in this order; docs/wire.md and the OpenAPI are written from them, templates checked."""
