"""The desk's own PostgreSQL: find it or start it in the data folder, reuse it, stop it, recover it.

The reasons for each turn are in docs/decisions/0003-embedded-postgresql.md.
"""

from servicedesk.localpg.cluster import Cluster, ClusterError, use_cluster
from servicedesk.localpg.place import home_of
from servicedesk.localpg.provision import ROLES, connection_for

__all__ = ["ROLES", "Cluster", "ClusterError", "connection_for", "home_of", "use_cluster"]
