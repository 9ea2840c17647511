"""The web server: application, documents, files, caches."""
