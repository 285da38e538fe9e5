"""The rules of the data, one module a subject: its ``lint``, and why each code is a rule (``EXPLANATIONS``)."""
