/// The types that descriptions of the library's modules name, and a short script for each of their functions.
enum LibraryDocumentation {}
