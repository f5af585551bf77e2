"""A way to a server in this process, which can be cut, slowed down and mended as a real one."""

import asyncio
import threading
import time

from mcts_compose.cluster.server_line import ServerLostError

_servers = {}


def _to_server(number):
    return LocalChannel(_servers[number])


class LocalChannel:
    """Runs a server's methods in a thread of an event loop; what is sent is held as in a network."""

    def __init__(self, server):
        self.server = server
        self.is_cut = False
        self.is_final = False
        self.is_silent = False
        self.looks = []
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def __reduce__(self):
        """A copy leads to the same server, as that of an actor's handle does."""
        _servers[id(self.server)] = self.server
        return _to_server, (id(self.server),)

    def ask(self, question):
        return _LocalPending(self, self._send(lambda: self.server.ask(question)))

    def look(self):
        self.looks.append(time.monotonic())
        return _LocalPending(self, self._send(lambda: self.server.status()))

    def _send(self, call):
        async def run():
            return await call()

        return asyncio.run_coroutine_threadsafe(run(), self._loop)


class _LocalPending:
    def __init__(self, channel, future):
        self._channel = channel
        self._future = future

    def wait(self, seconds):
        until = time.monotonic() + seconds
        while True:
            if self._channel.is_cut:
                raise ServerLostError("the wire is cut", is_final=self._channel.is_final)
            if self._future.done() and not self._channel.is_silent:
                return self._future.result()
            left = until - time.monotonic()
            if left <= 0:
                return None
            time.sleep(min(left, 0.002))
