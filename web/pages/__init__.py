"""Pages: each with the class that says what its template is given, and the routes that open it."""
