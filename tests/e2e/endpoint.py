"""A small embedding endpoint on loopback, in the form of OpenAI's, that can be held up and made to fail."""

import hashlib
import http.server
import json
import threading

DIMENSION = 16


def embedding(text):
    """A vector of the words' hashes, so that texts which share words are near to each other."""
    values = [0.01] * DIMENSION
    for word in text.lower().split():
        values[hashlib.sha256(word.strip(".?!,").encode()).digest()[0] % DIMENSION] += 1
    return values


class Endpoint:
    """Use as a context manager. `gate`: answers wait until it is set. `status`: what is answered. `requests`: bodies as they came."""

    def __init__(self):
        self.gate = threading.Event()
        self.gate.set()
        self.arrived = threading.Event()
        self.status = 200
        self.requests = []
        self.authorizations = []
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def settings(self):
        return {"USHER_EMBEDDING_PROVIDER": "http", "USHER_EMBEDDING_MODEL": "words", "USHER_EMBEDDING_DIMENSION": str(DIMENSION),
                "USHER_EMBEDDING_URL": f"http://127.0.0.1:{self._server.server_port}/v1/embeddings"}

    def _handler(endpoint):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                endpoint.requests.append(body)
                endpoint.authorizations.append(self.headers.get("Authorization"))
                endpoint.arrived.set()
                endpoint.gate.wait(60)
                data = [{"object": "embedding", "index": i, "embedding": embedding(text)} for i, text in enumerate(body["input"])]
                answer = json.dumps({"object": "list", "model": body["model"], "data": data}).encode()
                try:
                    self.send_response(endpoint.status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)
                except OSError:  # the server gave up waiting
                    self.close_connection = True

            def log_message(self, *_):
                pass

        return Handler

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.gate.set()
        self._server.shutdown()
        self._server.server_close()
