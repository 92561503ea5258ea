"""Serves the function's handler, main(event, context), on port 8080."""
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import handler


class Function(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/healthz":
            return self.answer(200, "ok")
        length = int(self.headers.get("Content-Length") or 0)
        event = {"data": self.rfile.read(length).decode(), "headers": dict(self.headers)}
        try:
            result = handler.main(event, {"name": os.environ.get("FUNC_NAME", "")})
        except Exception as error:  # the function's own mistakes must not end the server
            self.log_error("%r", error)
            return self.answer(500, "the function failed")
        self.answer(200, result if isinstance(result, str) else json.dumps(result))

    do_POST = do_PUT = do_DELETE = do_PATCH = do_GET

    def answer(self, status, text):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())


ThreadingHTTPServer(("", 8080), Function).serve_forever()
