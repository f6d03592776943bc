"""A mail server for tests, as small as the protocol allows, so that benchmarks measure the sender and not this.

    python -m tests.sink FOLDER PORT

FOLDER/moods holds one mood a line with the share of messages in percent (100 where it is left out); what is left over
is accepted. It is read anew for each message.

    451 30     refuse the message for now        421 5      refuse it and hang up
    550 1      refuse the recipient for good     drop 2     take the message, then cut the line without a word
    stall 1    never answer the message          silent     never greet
    slow 20    think 20 ms before each message, beside any other mood

Each message adds a line to FOLDER/log.jsonl before it is answered; accepted ones lie in FOLDER/mail/. With the word
`count` as a third argument every message is accepted and only their number is kept, in FOLDER/count, written when a
sender hangs up.
"""

import asyncio
import itertools
import json
import random
import re
import sys
import time
from pathlib import Path

MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^>]*>)", re.IGNORECASE | re.MULTILINE)
REFUSALS = {"451": b"451 try again later\r\n", "421": b"421 closing\r\n"}
FOR_EVER_S = 3600.0


class Sink:
    """What the connections share."""

    def __init__(self, folder: Path, *, only_count: bool) -> None:
        self.folder = folder
        self.only_count = only_count
        self.counted = 0
        self.numbers = itertools.count(1)
        self.chance = random.Random(1)
        (folder / "mail").mkdir(exist_ok=True)
        self.log = (folder / "log.jsonl").open("a", buffering=1)

    def mood(self) -> str:
        """Return what happens to the next message."""
        roll = self.chance.uniform(0, 100)
        for line in self.moods():
            name, _, share = line.partition(" ")
            if name == "slow":
                continue
            roll -= float(share or 100)
            if roll < 0:
                return name
        return "ok"

    def thinking_s(self) -> float:
        """Return how long the server takes before it looks at a message."""
        return sum(float(line.split()[1]) / 1000 for line in self.moods() if line.startswith("slow"))

    def moods(self) -> list[str]:
        return (self.folder / "moods").read_text().splitlines()

    def keep(self, mood: str, recipients: list[str], body: bytes) -> None:
        """Write down one message and what becomes of it; one refused for its recipient has no body."""
        number = next(self.numbers)
        found = MESSAGE_ID.search(body)
        entry = {
            "id": found.group(1).decode() if found else "",
            "to": recipients,
            "outcome": mood,
            "at": time.time(),
            "file": f"mail/{number:06}.eml" if mood in {"ok", "drop"} else "",
        }
        if entry["file"]:
            (self.folder / str(entry["file"])).write_bytes(body)
        self.log.write(json.dumps(entry) + "\n")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self.talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # senders are killed in the middle of a word: that is what tests do
        finally:
            writer.close()
            if self.only_count:
                (self.folder / "count").write_text(str(self.counted))

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if any(line.startswith("silent") for line in self.moods()):
            await asyncio.sleep(FOR_EVER_S)
        writer.write(b"220 sink ESMTP\r\n")
        recipients: list[str] = []
        mood = "ok"
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb in {b"EHLO", b"HELO"}:
                writer.write(b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n")
            elif verb == b"MAIL":
                if not self.only_count:
                    await asyncio.sleep(self.thinking_s())
                recipients, mood = [], "ok" if self.only_count else self.mood()
                writer.write(b"250 ok\r\n")
            elif verb == b"RCPT":
                recipients.append(line[line.find(b"<") + 1 : line.find(b">")].decode())
                if mood == "550":
                    self.keep(mood, recipients, b"")
                writer.write(b"550 no such person\r\n" if mood == "550" else b"250 ok\r\n")
            elif verb == b"DATA":
                writer.write(b"354 go on\r\n")
                body = (await reader.readuntil(b"\r\n.\r\n"))[:-3]
                if not await self.answer(writer, mood, recipients, body):
                    return
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                return
            else:
                writer.write(b"250 ok\r\n")
            await writer.drain()

    async def answer(self, writer: asyncio.StreamWriter, mood: str, recipients: list[str], body: bytes) -> bool:
        """Answer one message; return whether the conversation goes on."""
        if self.only_count:
            self.counted += 1
        else:
            self.keep(mood, recipients, body)
        if mood == "stall":
            await asyncio.sleep(FOR_EVER_S)
        if mood == "drop":
            writer.transport.abort()
            return False
        writer.write(REFUSALS.get(mood, b"250 taken\r\n"))
        return mood != "421"


async def main(folder: Path, port: int, *, only_count: bool) -> None:
    sink = Sink(folder, only_count=only_count)
    server = await asyncio.start_server(sink.serve, "127.0.0.1", port, limit=50_000_000)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), only_count=sys.argv[3:] == ["count"]))
