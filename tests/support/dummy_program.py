"""A program for the supervisor's tests: answers on a port and misbehaves on request.

dummy_program.py PORT [stubborn] [parent] [broken] [slow]
stubborn: ignores SIGTERM. parent: has a child of its own. broken: ends at once, with last words.
"""

import os
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    """One page for each way to behave."""

    child = 0

    def do_GET(self) -> None:
        if self.path == "/exit":
            os._exit(3)
        if self.path == "/hang":
            while True:
                time.sleep(1)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(str(self.child).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


def main() -> None:
    port, behaviour = int(sys.argv[1]), sys.argv[2:]
    if "broken" in behaviour:
        sys.exit("these are my last words")
    if "stubborn" in behaviour:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if "parent" in behaviour:
        Handler.child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]).pid
    print("listening", flush=True)
    HTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main()
