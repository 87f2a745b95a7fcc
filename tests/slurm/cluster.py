"""A Slurm of one node for tests: all state in one folder, listening on the loopback address only.

python tests/slurm/cluster.py start FOLDER     # prints what to set in the shell
python tests/slurm/cluster.py stop FOLDER
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol", "srun")
INSTALL = "apt-get install --no-install-recommends slurmctld slurmd slurm-client munge"
PORTS = 2
#: Seconds for a daemon to come up or to go.
PATIENCE = 30
#: More than this machine may have: what is tested is the order of things, not their speed.
CPUS = 4

CONFIGURATION = """\
ClusterName=fairbench
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
AuthType=auth/munge
AuthInfo=socket={folder}/run/munge.socket
SlurmUser={user}
SlurmdUser={user}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/run/slurmctld.own.pid
SlurmdPidFile={folder}/run/slurmd.own.pid
SlurmctldLogFile={folder}/log/slurmctld.log
SlurmdLogFile={folder}/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
MailProg=/bin/true
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,bf_interval=1
SlurmdParameters=config_overrides
MinJobAge=3600
JobRequeue=0
KillWait=5
ReturnToService=2
NodeName=localhost NodeHostname={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory}
PartitionName=debug Nodes=localhost Default=YES MaxTime=INFINITE DefMemPerCPU=100 State=UP
"""


class CannotRun(Exception):
    """Why there can be no cluster on this machine, and what would help."""


class Cluster:
    """One munge daemon, one controller, one node.

    Attributes
    ----------
    folder : Path
        Short and private: it holds the key and the socket, whose path has a length limit.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.configuration = folder / "slurm.conf"

    def start(self) -> None:
        """Start the daemons and wait until the node takes jobs."""
        if self._pid("munged"):
            raise CannotRun(f"{self.folder} has a running cluster already")
        missing = [name for name in PROGRAMS if not find(name)]
        if missing:
            raise CannotRun(f"no {', '.join(missing)} on this machine: {INSTALL}")
        prefix, host = name_on_loopback()
        for name in ("bin", "log", "run", "spool", "state"):
            (self.folder / name).mkdir(mode=0o755, parents=True, exist_ok=True)
        self.folder.chmod(0o755)  # munged refuses a socket that others cannot reach
        self._configure(host)
        (self.folder / "prefix").write_text("\0".join(prefix))
        try:
            self._start_munge()
            self.start_controller()
            self._run("slurmd", "-D", "-N", "localhost", "-f", str(self.configuration))
            self._wait(lambda: "idle" in self.ask("sinfo", "-h", "-o", "%T"), "the node")
        except BaseException:
            self.stop()
            raise

    def start_controller(self) -> None:
        """Start the controller, with the state that an earlier one saved."""
        self._run("slurmctld", "-D", "-f", str(self.configuration))
        self._wait(lambda: "UP" in self.ask("scontrol", "ping"), "the controller")

    def stop_controller(self) -> None:
        """Stop the controller; jobs go on."""
        self._end("slurmctld")

    def stop(self) -> None:
        """Cancel every job and stop the daemons."""
        if self._pid("slurmctld"):
            self.ask("scancel", "--quiet", *(job for job in self.jobs() if job))
            deadline = time.monotonic() + PATIENCE
            while self.jobs("PD,R,CG") and time.monotonic() < deadline:
                time.sleep(0.2)
        for name in ("slurmd", "slurmctld", "munged"):
            self._end(name)

    def environment(self) -> dict[str, str]:
        """The variables that make Slurm's commands speak to this cluster."""
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return os.environ | {"SLURM_CONF": str(self.configuration), "PATH": path}

    def ask(self, *command: str) -> str:
        """The output of one of Slurm's commands; empty where it failed."""
        call = subprocess.run(
            command, env=self.environment(), capture_output=True, text=True, check=False
        )
        return call.stdout if call.returncode == 0 else ""

    def jobs(self, states: str = "PD,R,CG") -> dict[str, str]:
        """Identifiers of jobs in given states, each with the group or rule that it runs."""
        lines = self.ask("squeue", "-h", "-t", states, "-o", "%i|%k").splitlines()
        return dict(line.split("|", 1) for line in lines)

    def _configure(self, host: str) -> None:
        megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
        ports = free_ports(PORTS)
        text = CONFIGURATION.format(
            folder=self.folder,
            host=host,
            user=subprocess.check_output(["id", "-un"], text=True).strip(),
            controller_port=ports[0],
            node_port=ports[1],
            cpus=CPUS,
            memory=megabytes * 3 // 4,
        )
        self.configuration.write_text(text)
        (self.folder / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
        # The plugin takes SLURM_CONF from the srun inside a job, which /etc/slurm would replace.
        shim = self.folder / "bin" / "srun"
        shim.write_text(f'#!/bin/sh\nSLURM_CONF={self.configuration} exec {find("srun")} "$@"\n')
        shim.chmod(0o755)

    def _start_munge(self) -> None:
        run, log = self.folder / "run", self.folder / "log"
        (self.folder / "key").mkdir(mode=0o700, exist_ok=True)
        key = self.folder / "key" / "munge.key"
        key.touch(mode=0o600)
        key.write_bytes(secrets.token_bytes(128))
        self._run(
            "munged",
            "--foreground",
            "--force",
            "--num-threads=2",
            f"--key-file={key}",
            f"--socket={run}/munge.socket",
            f"--pid-file={run}/munged.own.pid",
            f"--log-file={log}/munged.log",
            f"--seed-file={self.folder}/key/munged.seed",
        )
        self._wait((run / "munge.socket").exists, "munge")

    def _run(self, name: str, *arguments: str) -> None:
        prefix = list(filter(None, (self.folder / "prefix").read_text().split("\0")))
        with open(self.folder / "log" / f"{name}.out", "ab") as output:
            daemon = subprocess.Popen(
                [*prefix, find(name), *arguments],
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        (self.folder / "run" / f"{name}.pid").write_text(str(daemon.pid))

    def _wait(self, up, what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not up():
            if time.monotonic() > deadline:
                said = [path.read_text(errors="replace") for path in self.folder.glob("log/*")]
                raise CannotRun(f"{what} did not come up in {PATIENCE} s:\n" + "\n".join(said))
            time.sleep(0.1)

    def _pid(self, name: str) -> int | None:
        try:
            pid = int((self.folder / "run" / f"{name}.pid").read_text())
            # A zombie is dead, whether or not its parent has noticed.
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            command = Path(f"/proc/{pid}/cmdline").read_text()
        except (OSError, ValueError):
            return None
        return pid if state != "Z" and str(self.folder) in command else None

    def _end(self, name: str) -> None:
        for kind in (signal.SIGTERM, signal.SIGKILL):
            if pid := self._pid(name):
                os.kill(pid, kind)
            deadline = time.monotonic() + PATIENCE
            while self._pid(name) and time.monotonic() < deadline:
                time.sleep(0.1)


def find(program: str) -> str | None:
    """Path of a program; daemons are outside an ordinary user's path."""
    return shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")


def free_ports(number: int) -> list[int]:
    """Ports of the loopback address that nothing listens on."""
    sockets = [socket.socket() for _ in range(number)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def name_on_loopback() -> tuple[list[str], str]:
    """What to start the daemons with, and the host name they then have.

    They listen where their host name points. If that is not the loopback address they get a name
    of their own, ``localhost``, which takes root.
    """
    host = socket.gethostname()
    try:
        if socket.gethostbyname(host).startswith("127."):
            return [], host
    except OSError:
        pass
    if os.getuid() != 0:
        raise CannotRun(f"the host name {host} is not one of the loopback address, and not root")
    renamed = 'hostname localhost && exec "$@"'
    return [find("unshare"), "--uts", "sh", "-c", renamed, "sh"], "localhost"


if __name__ == "__main__":
    action, cluster = sys.argv[1], Cluster(Path(sys.argv[2]).resolve())
    try:
        {"start": cluster.start, "stop": cluster.stop}[action]()
    except CannotRun as reason:
        sys.exit(str(reason))
    if action == "start":
        print(f"export SLURM_CONF={cluster.configuration} PATH={cluster.folder / 'bin'}:$PATH")
