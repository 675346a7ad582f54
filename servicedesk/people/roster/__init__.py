"""Rosters: files of people, departments and clients, looked at before anything is written."""
