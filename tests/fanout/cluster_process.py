"""Two nodes of Ray on loopback, in a process of its own: Ray reads its environment when it is imported.

Each has a CPU and declares a GPU. It prints the cluster's address and the second node's raylet. A line
of its input makes it kill that node as a lost machine goes, which says goodbye to nobody.
"""

import sys

from ray.cluster_utils import Cluster

QUICK = {
    "health_check_initial_delay_ms": 500, "health_check_period_ms": 500, "worker_niceness": 0,
}  # fmt: skip
NODE = {"num_cpus": 1, "num_gpus": 1, "object_store_memory": 80 * 2**20}
HEAD = NODE | {"node_ip_address": "127.0.0.1", "include_dashboard": False, "_system_config": QUICK}
TRIES = 3


def started(start):
    """Start a node, and again where it was not there within Ray's 30 s, as on a machine that is busy."""
    for left in reversed(range(TRIES)):
        try:
            return start()
        except Exception:  # Ray raises no other
            if not left:
                raise
    return None


def main():
    cluster = started(lambda: Cluster(initialize_head=True, shutdown_at_exit=True, head_node_args=HEAD))
    try:
        other = started(lambda: cluster.add_node(**NODE))
        print(cluster.address, other.all_processes["raylet"][0].process.pid, flush=True)
        if sys.stdin.readline():
            cluster.remove_node(other, allow_graceful=False)
            print("killed", flush=True)
            sys.stdin.read()
    finally:
        cluster.shutdown()


if __name__ == "__main__":
    main()
