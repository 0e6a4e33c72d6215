"""An embeddings endpoint that behaves well or badly by the first part of its path; prints its port; ends with its stdin.

    python3 fake_endpoint.py [CERTIFICATE KEY]
"""

import collections
import hashlib
import http.server
import json
import ssl
import sys
import threading
import time

DIMENSION = 8
hits = collections.Counter()


def vector(text):
    return [byte - 127.5 for byte in hashlib.sha256(text.encode()).digest()[:DIMENSION]]


def answer(mode, texts):
    data = [{"index": i, "embedding": vector(t)} for i, t in enumerate(texts)]
    if mode == "dimension":
        data[0]["embedding"].append(1.0)
    elif mode == "nan":
        data[0]["embedding"][3] = float("nan")
    elif mode == "infinite":
        return json.dumps({"data": data}).replace("[", "[1e999, ", 2).encode()
    elif mode == "null":
        data[0]["embedding"][3] = None
    elif mode == "zero":
        data[0]["embedding"] = [0.0] * DIMENSION
    elif mode == "short":
        data.pop()
    elif mode == "repeated":
        data[-1]["index"] = 0
    elif mode == "range":
        data[-1]["index"] = 1 << 40
    elif mode == "negative":
        data[-1]["index"] = -1
    elif mode == "shuffled":
        data.reverse()
    elif mode == "garbage":
        return b"<html>not json"
    elif mode == "list":
        return b"[]"
    return json.dumps({"data": data}).encode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        mode = self.path.split("/")[1]
        hits[mode] += 1
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if mode == "slow":
            time.sleep(3)
        if mode == "redirect":
            return self.reply(307, b"", {"Location": "/ok/v1/embeddings"})
        if mode == "key" and self.headers["Authorization"] != "Bearer right-key":
            return self.reply(401, b"wrong key: " + (self.headers["Authorization"] or "").encode(), {})
        if mode == "busy" and hits[mode] % 2 == 1:
            return self.reply(429, b"{}", {"Retry-After": "1"})
        if mode == "longbusy":
            return self.reply(429, b"{}", {"Retry-After": "3600"})
        if mode == "flaky" and hits[mode] % 3 != 0:
            return self.reply(503, b"{}", {})
        if mode == "broken":
            return self.reply(500, b"{}", {})
        if mode == "missing":
            return self.reply(404, b"{}", {})
        if mode == "huge":
            return self.reply(200, b" " * (4 << 20) + answer("ok", request["input"]), {})
        if mode == "hangup":
            self.close_connection = True
            return None
        return self.reply(200, answer(mode, request["input"]), {})

    def reply(self, status, body, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # the client has seen enough

    def log_message(self, *arguments):
        pass


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if len(sys.argv) == 3:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda request, address: None  # failed handshakes are part of the tests
    print(server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
