"""Pages from the web, politely: addresses, connections, one request, robots.txt, turns, discovery.

`Visitor` (in `visitor`) is the door: it visits one address after the other and obeys what sites ask for. Nothing here knows
the corpus; whatever a server does, a value comes back.
"""
