"""Servers that publish feeds: nginx for what servers do, a scripted one for what they should not."""

import grp
import json
import os
import pwd
import socket
import socketserver
import subprocess
import threading
import time

from suite import die_with_parent, wait_for

NGINX = """
daemon off;
user {user} {group};
worker_processes 1;
pid {dir}/nginx.pid;
error_log {dir}/nginx-error.log notice;
events {{ worker_connections 512; }}
http {{
    log_format asked escape=json '{{"uri":"$request_uri","status":$status,"sent":$bytes_sent,'
        '"if_none_match":"$http_if_none_match","if_modified_since":"$http_if_modified_since",'
        '"encoding":"$http_accept_encoding","agent":"$http_user_agent","host":"$http_host"}}';
    access_log {dir}/asked.log asked;
    client_body_temp_path {dir}/body;
    proxy_temp_path {dir}/proxy;
    fastcgi_temp_path {dir}/fastcgi;
    uwsgi_temp_path {dir}/uwsgi;
    scgi_temp_path {dir}/scgi;
    types {{ application/rss+xml xml; application/atom+xml atom; text/html html; }}
    default_type application/octet-stream;
    server {{
        listen 127.0.0.1:{port};
        root {dir}/www;
        location /packed/ {{
            alias {dir}/www/;
            gzip on;
            gzip_types *;
            gzip_min_length 0;
        }}
        location /odd-validators/ {{
            alias {dir}/www/;
            etag off;
            if_modified_since off;
            add_header ETag 'W/"a&<b>=;,é"';
            add_header Last-Modified 'Tue, 01 Jan 2019 01:01:01 +0100';
        }}
        location ~ ^/gone/ {{ return 410; }}
        location ~ ^/moved/(.*)$ {{ return 301 /$1; }}
        location ~ ^/found/(.*)$ {{ return 302 /moved/$1; }}
        location ~ ^/circle/ {{ return 302 /circle2/; }}
        location ~ ^/circle2/ {{ return 302 /circle/; }}
    }}
}}
"""


class Nginx:
    """Publishes the files of DIR/www, each change with another ETag; remembers what it was asked."""

    def __init__(self, directory):
        self.dir = os.path.join(directory, "nginx")
        self.www = os.path.join(self.dir, "www")
        os.makedirs(self.www)
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        conf = os.path.join(self.dir, "nginx.conf")
        with open(conf, "w", encoding="utf-8") as f:
            f.write(NGINX.format(dir=self.dir, port=self.port,
                                 user=pwd.getpwuid(os.getuid()).pw_name,
                                 group=grp.getgrgid(os.getgid()).gr_name))
        # nginx takes over listening sockets named in $NGINX: the port cannot be lost in between
        self.process = subprocess.Popen(
            ["nginx", "-p", self.dir, "-c", conf],
            env={**os.environ, "NGINX": f"{listener.fileno()};",
                 "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"},
            pass_fds=[listener.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # it has its error_log
            preexec_fn=die_with_parent,
        )
        listener.close()
        self.writes = 0
        wait_for(lambda: os.path.exists(os.path.join(self.dir, "nginx.pid")), "nginx to start")

    def publish(self, name, body):
        path = os.path.join(self.www, name)
        with open(path + ".new", "wb") as f:
            f.write(body)
        self.writes += 1
        os.utime(path + ".new", (1700000000 + self.writes, 1700000000 + self.writes))
        os.rename(path + ".new", path)

    def asked(self, uri=None):
        """The requests so far, oldest first."""
        with open(os.path.join(self.dir, "asked.log"), encoding="utf-8") as f:
            lines = [json.loads(line) for line in f if line.endswith("\n")]
        return [a for a in lines if uri is None or a["uri"] == uri]

    def close(self):
        self.process.terminate()
        self.process.wait()


class Handler(socketserver.StreamRequestHandler):
    timeout = 60

    def handle(self):
        origin = self.server.origin
        try:
            request = self.rfile.readline(65536).decode("latin-1").split()
            headers = {}
            while True:
                line = self.rfile.readline(65536).decode("latin-1").strip()
                if not line:
                    break
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            if len(request) < 2:
                return
            with origin.lock:
                origin.requests.append((request[1], headers))
                origin.times.append((request[1], time.monotonic()))
                answer = origin.answers.get(request[1])
                if isinstance(answer, list):
                    answer = answer.pop(0) if len(answer) > 1 else answer[0]
            if callable(answer):
                answer(self, headers)
            elif answer is not None:
                self.wfile.write(answer)
            else:
                self.wfile.write(http(b"no such feed", status="404 Not Found"))
        except OSError:
            pass  # the other side had enough, which is what some answers are for


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 512


class Scripted:
    """Answers each path with given bytes, or by a function(handler, headers) that writes them;
    of a list with one after the other, with the last for ever."""

    def __init__(self, address="127.0.0.1", port=0):
        self.answers = {}
        self.requests = []
        self.times = []  # (path, time.monotonic()) of each
        self.lock = threading.Lock()
        self.server = Server((address, port), Handler)
        self.server.origin = self
        self.port = self.server.server_address[1]
        self.base = f"http://{address}:{self.port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def asked(self, path):
        with self.lock:
            return [headers for p, headers in self.requests if p == path]

    def asked_at(self, prefix=""):
        with self.lock:
            return [at for p, at in self.times if p.startswith(prefix)]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def http(body, status="200 OK", headers=(), content_type="application/rss+xml"):
    head = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
    head += [f"{name}: {value}" for name, value in headers] + ["Connection: close", "", ""]
    return "\r\n".join(head).encode("latin-1") + body
