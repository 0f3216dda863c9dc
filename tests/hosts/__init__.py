"""Several machines in one: app hosts, a database and a proxy in network namespaces (`make hosts`, as root, on Linux)."""
