"""python -m config.asking PORT: whether the pages served there are ready, in their own words.

For health checks; it needs neither Django nor a secret. Ends with 1 when they are not.
"""

from __future__ import annotations

import http.client
import sys

LOOPBACK = "127.0.0.1"
SILENCE = "Pana does not answer.\n"


def main() -> int:
    status, sentences = ask(int(sys.argv[1]))
    print(sentences, end="")
    return 0 if status == http.HTTPStatus.OK else 1


def ask(port: int) -> tuple[int, str]:
    line = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
    try:
        line.request("GET", "/ready/")
        answer = line.getresponse()
        return answer.status, answer.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, SILENCE
    finally:
        line.close()


if __name__ == "__main__":
    sys.exit(main())
