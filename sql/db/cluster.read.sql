-- Whether this server is a node of a Galera cluster, where a named lock holds on one node only.
show global variables where variable_name = 'wsrep_on' and value = 'ON'
