"""Asking the web for pictures, politely: client, schedule, robots.txt, manifest."""
