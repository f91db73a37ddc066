"""Two nodes of Ray on loopback, in a process of its own: Ray reads its environment when it is imported.

It prints the cluster's address and the process of the second node's raylet. For each line of its input it
kills that node as a lost machine goes, which says goodbye to nobody, and adds another.
"""

import sys

from ray.cluster_utils import Cluster

QUICK = {"health_check_initial_delay_ms": 500, "health_check_period_ms": 500}
NODE = {"num_cpus": 1, "object_store_memory": 80 * 2**20}
HEAD = NODE | {"node_ip_address": "127.0.0.1", "include_dashboard": False, "_system_config": QUICK}


def main():
    cluster = Cluster(initialize_head=True, shutdown_at_exit=True, head_node_args=HEAD)
    try:
        other = cluster.add_node(num_gpus=1, **NODE)
        print(cluster.address, other.all_processes["raylet"][0].process.pid, flush=True)
        for _ in sys.stdin:
            cluster.remove_node(other, allow_graceful=False)
            print("killed", flush=True)
            other = cluster.add_node(num_gpus=1, **NODE)
    finally:
        cluster.shutdown()


if __name__ == "__main__":
    main()
