"""The same project three times: plain Django, Pana's tenancy, and stock django-tenants.

Models, view, middleware and rows are the same; what differs is how the tenant is found and kept.
"""
