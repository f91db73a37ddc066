"""Two nodes of Ray, in a process of its own, as Ray reads its environment when it is imported.

The second is in a network namespace, with an address of its own, where the machine lets us make one: as root,
with iproute2. Elsewhere both are on loopback. Each has a CPU and declares a GPU.

It prints the cluster's address and the second node's raylet. A line of its input makes it kill that node as a
lost machine goes, which says goodbye to nobody.
"""

import ctypes
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

QUICK = {
    "health_check_initial_delay_ms": 500, "health_check_period_ms": 500, "worker_niceness": 0,
}  # fmt: skip
NODE = {"num_cpus": 1, "num_gpus": 1, "object_store_memory": 80 * 2**20}
NOTHING_BESIDE = {"include_dashboard": False, "include_log_monitor": False, "no_monitor": True}
HEAD = NODE | NOTHING_BESIDE | {"_system_config": QUICK}
TRIES = 3
LOOPBACK = "127.0.0.1"


def wired():
    """Make a namespace and a wire to it; return the addresses of both ends, and the process that holds it."""
    subnet = f"169.254.{os.getpid() // 64 % 254 + 1}.{os.getpid() % 64 * 4}"
    prefix, first = subnet.rsplit(".", 1)
    here, there = (f"{prefix}.{int(first) + end}" for end in (1, 2))
    try:
        holder = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", "ip link set lo up && echo up && cat"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        if holder.stdout.readline() != b"up\n":
            return LOOPBACK, LOOPBACK, None
        wire, inside = f"ray{holder.pid}", ["nsenter", "--net", "--target", str(holder.pid)]
        for command in (
            ["ip", "link", "add", wire, "type", "veth", "peer", "name", "wire", "netns", str(holder.pid)],
            ["ip", "address", "add", f"{here}/30", "dev", wire],
            ["ip", "link", "set", wire, "up"],
            [*inside, "ip", "address", "add", f"{there}/30", "dev", "wire"],
            [*inside, "ip", "link", "set", "wire", "up"],
        ):
            subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return LOOPBACK, LOOPBACK, None
    return here, there, holder


@contextmanager
def inside(holder):
    """What this thread starts in the block is in the namespace; Python has `os.setns` from 3.12 on."""
    if not holder:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    spaces = [Path(f"/proc/{of}/ns/net") for of in ("thread-self", holder.pid)]
    with spaces[0].open() as own, spaces[1].open() as its:
        for space in (its, own):
            if libc.setns(space.fileno(), 0):
                raise OSError(ctypes.get_errno(), "setns")
            if space is its:
                yield


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
    here, there, holder = wired()
    if not holder:
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"  # or Ray looks for an address that others reach
    from ray.cluster_utils import Cluster

    head, other = HEAD | {"node_ip_address": here}, NODE | {"node_ip_address": there}
    cluster = started(lambda: Cluster(initialize_head=True, shutdown_at_exit=True, head_node_args=head))
    try:
        with inside(holder):
            node = started(lambda: cluster.add_node(**other))
        print(cluster.address, node.all_processes["raylet"][0].process.pid, flush=True)
        if sys.stdin.readline():
            cluster.remove_node(node, allow_graceful=False)
            print("killed", flush=True)
            sys.stdin.read()
    finally:
        cluster.shutdown()


if __name__ == "__main__":
    main()
