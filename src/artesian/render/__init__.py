"""Resolved builds → scripts, pages, documents."""
