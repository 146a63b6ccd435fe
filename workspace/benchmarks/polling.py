"""Many who read the same page and ask what is new, as a process of its own: `python -m ... PORT PATH SECONDS`.

The cookies of those who ask come in on standard input, a line each. Every one of them asks every five to eight seconds,
and says what they have seen. A line of JSON says how it went.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
import time
from collections import Counter

EVERY = 5.0, 8.0  # seconds
_SEEN = re.compile(rb'id="seen" name="seen" value="(\d+)"')


class Reader:
    """One of them."""

    def __init__(self, port: int, path: str, cookie: str, seen: str) -> None:
        self._port, self._path, self._cookie, self.seen = port, path, cookie, seen
        self.answers: Counter[int] = Counter()
        self.times: list[float] = []  # milliseconds

    async def read(self, seconds: float) -> None:
        """Ask until the time is over."""
        end, chance = time.monotonic() + seconds, random.Random(self._cookie)  # noqa: S311  no secret
        await asyncio.sleep(chance.uniform(0, min(EVERY[1], seconds)))
        while time.monotonic() < end:
            began = time.monotonic()
            await self._ask()
            self.times.append((time.monotonic() - began) * 1000)
            await asyncio.sleep(min(chance.uniform(*EVERY), max(0.0, end - time.monotonic())))

    async def _ask(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)  # the server ends it after a 204
        asked = f"GET {self._path}&seen={self.seen} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
        writer.write(f"{asked}Cookie: {self._cookie}\r\nHX-Request: true\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        body = await reader.readexactly(int(length[1])) if length else b""
        self.answers[int(head.split(None, 2)[1])] += 1
        writer.close()
        seen = _SEEN.search(body)
        self.seen = seen[1].decode() if seen else self.seen


async def _all(port: int, path: str, seconds: float, cookies: list[str], seen: str) -> list[Reader]:
    readers = [Reader(port, path, cookie, seen) for cookie in cookies]
    await asyncio.gather(*(reader.read(seconds) for reader in readers))
    return readers


def main(port: int, path: str, seen: str, seconds: float) -> None:
    """Let everybody read, and say what was answered."""
    cookies = sys.stdin.read().split("\n")
    readers = asyncio.run(_all(port, path, seconds, [cookie for cookie in cookies if cookie], seen))
    times = sorted(took for reader in readers for took in reader.times)
    answers = sum((reader.answers for reader in readers), Counter[int]())
    found = {"answers": {str(code): count for code, count in answers.items()}, "asked": len(times)}
    print(json.dumps(found | {"p50_ms": times[len(times) // 2], "p95_ms": times[int(len(times) * 0.95)]}))  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4]))
