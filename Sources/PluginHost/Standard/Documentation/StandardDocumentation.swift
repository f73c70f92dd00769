/// The types that descriptions of the standard modules name, and a short script for each of their functions.
enum StandardDocumentation {}
