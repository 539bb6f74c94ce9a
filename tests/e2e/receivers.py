"""Where alerts go: a webhook receiver and a mail server, which note what they accepted and what not.

The webhook receiver checks Standard Webhooks signatures by its own code, the mail server demands
STARTTLS and AUTH; mails are parsed by the standard library.
"""

import asyncio
import base64
import email
import email.policy
import hashlib
import hmac
import json
import logging
import os
import socket
import socketserver
import ssl
import struct
import subprocess
import sys
import threading
import time
import warnings

from suite import wait_for

warnings.filterwarnings("ignore", category=DeprecationWarning)
logging.getLogger("mail.log").setLevel(logging.CRITICAL)
try:
    from aiosmtpd.smtp import SMTP, AuthResult, syntax
except ImportError:
    sys.exit(f"{sys.executable} has no aiosmtpd: install python3-aiosmtpd and run configure again")


def certificate(directory):
    """A self-signed certificate for 127.0.0.1 and localhost: (certificate, key)."""
    pem = os.path.join(directory, "server.pem")
    key = os.path.join(directory, "server.key")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
         "-days", "30", "-keyout", key, "-out", pem],
        check=True, capture_output=True,
    )
    return pem, key


class Request:
    """One POST as it came."""

    def __init__(self, path, headers, body):
        self.path = path
        self.headers = headers
        self.body = body
        self.at = time.time()

    @property
    def id(self):
        return self.headers.get("webhook-id", "")

    @property
    def json(self):
        return json.loads(self.body)


def signature(secret, request):
    """What Standard Webhooks 1.0 wants to stand in webhook-signature."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{request.id}.{request.headers['webhook-timestamp']}.".encode() + request.body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


class HookHandler(socketserver.StreamRequestHandler):
    timeout = 120

    def handle(self):
        try:
            while self.one():
                pass
        except OSError:
            pass

    def one(self):
        receiver = self.server.receiver
        receiver.connections.add(self.connection)
        line = self.rfile.readline(65536).decode("latin-1").split()
        if len(line) < 2:
            return False
        headers = {}
        while True:
            text = self.rfile.readline(65536).decode("latin-1").strip()
            if not text:
                break
            name, _, value = text.partition(":")
            headers[name.lower()] = value.strip()
        if headers.get("expect"):
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = self.rfile.read(int(headers.get("content-length", "0")))
        request = Request(line[1], headers, body)
        with receiver.lock:
            receiver.requests.append(request)
            answer = receiver.answers.pop(0) if receiver.answers else receiver.answer
        return answer(self, request)

    def reply(self, status, body=b"", headers=()):
        reason = {200: "OK", 204: "No Content"}.get(status, "Answer")
        head = [f"HTTP/1.1 {status} {reason}", f"Content-Length: {len(body)}"]
        head += [f"{name}: {value}" for name, value in headers] + ["", ""]
        self.wfile.write("\r\n".join(head).encode() + body)
        return True

    def accept(self, request):
        receiver = self.server.receiver
        with receiver.lock:
            receiver.accepted.append(request)

    def reset(self):
        """Close so that the other side sees a reset, not an end."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()
        return False


# ---- what a receiver answers; accepted = it took the alert over, whatever the sender learns ----


def good(handler, request):
    handler.accept(request)
    return handler.reply(200, b"thanks")


def status(code, body=b"", headers=()):
    return lambda handler, request: handler.reply(code, body, headers)


def reset(handler, request):
    return handler.reset()


def hang_up(handler, request):
    return False


def accept_and_reset(handler, request):
    handler.accept(request)
    return handler.reset()


def accept_and_cut(handler, request):
    """Half an answer."""
    handler.accept(request)
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of")
    return False


def half_status(handler, request):
    handler.wfile.write(b"HTTP/1.1 2")
    return False


def slow(seconds):
    def answer(handler, request):
        time.sleep(seconds)
        return good(handler, request)

    return answer


def garbage(handler, request):
    handler.wfile.write(b"\x00\xff this is not HTTP\r\n\r\n")
    return False


class Webhook:
    """answers: what the next requests get; then always `answer`. down(), up(): nobody listens."""

    def __init__(self):
        self.lock = threading.Lock()
        self.requests = []
        self.accepted = []
        self.answers = []
        self.answer = good
        self.connections = set()
        self.server = None
        self.held = socket.socket()
        self.held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.held.bind(("127.0.0.1", 0))
        self.port = self.held.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"
        self.up()

    def up(self):
        self.held.listen(512)
        self.server = socketserver.ThreadingTCPServer(
            ("127.0.0.1", 0), HookHandler, bind_and_activate=False
        )
        self.server.daemon_threads = True
        self.server.socket.close()
        self.server.socket = self.held
        self.server.receiver = self
        self.server.server_address = self.held.getsockname()
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def end(self):
        self.server.shutdown()
        self.server.server_close()
        for connection in list(self.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it was closed long ago
        self.connections = set()

    def down(self):
        """Connections are lost and refused, and nobody else can get the port."""
        self.end()
        self.server = None
        self.held = socket.socket()
        self.held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.held.bind(("127.0.0.1", self.port))

    def ids(self):
        with self.lock:
            return [r.id for r in self.accepted]

    def wait(self, n, deadline=None):
        """n alerts are accepted: all of them, oldest first."""
        wait_for(lambda: len(self.accepted) >= n, f"{n} webhooks (there are {len(self.accepted)})",
                 **({"deadline": deadline} if deadline else {}))
        with self.lock:
            return list(self.accepted)

    def close(self):
        if self.server:
            self.end()
        else:
            self.held.close()


class Mail:
    """One message as the server took it over."""

    def __init__(self, envelope, session):
        self.sender = envelope.mail_from
        self.recipients = list(envelope.rcpt_tos)
        self.bytes = envelope.original_content
        self.message = email.message_from_bytes(self.bytes, policy=email.policy.default)
        self.encrypted = session.ssl is not None
        self.authenticated = session.authenticated
        self.at = time.time()

    @property
    def id(self):
        return self.message["Message-ID"] or ""

    @property
    def text(self):
        return self.message.get_body(("plain",)).get_content()

    @property
    def html(self):
        return self.message.get_body(("html",)).get_content()


class Faulty(SMTP):
    """aiosmtpd that goes wrong at the steps named in server.faults: {step: [answer, ...]}.

    A step is one of connect, ehlo, starttls, auth, mail, rcpt, data, dot; an answer is a reply line,
    "hang-up", or a number of seconds to wait before going on. "took" as the answer to dot: the mail
    is taken over and the connection lost before the reply.
    """

    def __init__(self, server, *args, **kwargs):
        self.house = server
        super().__init__(*args, **kwargs)

    async def trouble(self, step):
        with self.house.lock:
            self.house.steps.append(step)
            answers = self.house.faults.get(step)
            answer = answers.pop(0) if answers else None
        if isinstance(answer, (int, float)):
            await asyncio.sleep(answer)
            return None
        if answer == "hang-up":
            self.transport.abort()
            raise ConnectionResetError
        return answer

    async def push(self, status):
        if str(status).startswith("220 ") and self.session and not self.session.host_name \
                and self.session.ssl is None:
            status = await self.trouble("connect") or status
        await super().push(status)


def faulty_step(step, name):
    plain = getattr(SMTP, name)

    async def command(self, arg):
        answer = await self.trouble(step)
        if answer is None:
            return await plain(self, arg)
        await self.push(answer)

    command.__dict__.update(plain.__dict__)  # aiosmtpd keeps a command's syntax there
    command.__doc__ = plain.__doc__
    setattr(Faulty, name, command)


for _step, _name in {"ehlo": "smtp_EHLO", "starttls": "smtp_STARTTLS", "auth": "smtp_AUTH",
                     "mail": "smtp_MAIL", "rcpt": "smtp_RCPT", "data": "smtp_DATA"}.items():
    faulty_step(_step, _name)


class FaultyLmtp(Faulty):
    """The same for LMTP."""

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, arg):
        await self.smtp_EHLO(arg)


class MailServer:
    """accepted: the mails; steps: what was asked; faults: {step: [answer, ...]}, see Faulty.

    mechanisms: what AUTH is offered. speaks: the class of the protocol.
    """

    user, password, token = "newsbell", "correct horse", "ya29.token"

    def __init__(self, directory, starttls=True, login=True, mechanisms=("PLAIN", "LOGIN"),
                 speaks=Faulty):
        self.speaks, self.mechanisms = speaks, mechanisms
        self.lock = threading.Lock()
        self.accepted = []
        self.steps = []
        self.faults = {}
        self.decide = None  # function(mail) -> reply line, or None to accept
        self.pem, self.key = certificate(directory)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.pem, self.key)
        self.starttls, self.login = starttls, login
        self.socket = self.bind(0)
        self.port = self.socket.getsockname()[1]
        self.url = f"smtp://127.0.0.1:{self.port}"
        self.loop = asyncio.new_event_loop()
        self.loop.set_exception_handler(lambda loop, context: None)
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.listening = None
        self.protocols = []
        self.up()

    @staticmethod
    def bind(port):
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("127.0.0.1", port))
        return s

    def call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)

    def protocol(self):
        self.protocols.append(self.speaks(
            self, self, hostname="mail.test", loop=self.loop, ident="test",
            tls_context=self.context if self.starttls else None,
            require_starttls=self.starttls, auth_required=self.login,
            auth_require_tls=self.starttls, authenticator=self.authenticate,
            auth_exclude_mechanism={"PLAIN", "LOGIN", "XOAUTH2"} - set(self.mechanisms),
        ))
        return self.protocols[-1]

    async def auth_XOAUTH2(self, server, args):
        said = base64.b64decode(args[1]) if len(args) > 1 else await server.challenge_auth("")
        right = said == f"user={self.user}\x01auth=Bearer {self.token}\x01\x01".encode()
        return AuthResult(success=right, handled=False, auth_data=self.user)

    def authenticate(self, server, session, envelope, mechanism, data):
        right = (data.login, data.password) == (self.user.encode(), self.password.encode())
        return AuthResult(success=right, handled=False, auth_data=self.user)

    async def handle_DATA(self, server, session, envelope):
        mail = Mail(envelope, session)
        answer = await server.trouble("dot")
        if answer == "took":
            with self.lock:
                self.accepted.append(mail)
            server.transport.abort()
            raise ConnectionResetError
        answer = answer or (self.decide and self.decide(mail))
        if answer:
            return answer
        with self.lock:
            self.accepted.append(mail)
        return "250 2.0.0 taken"

    async def handle_exception(self, error):
        return "451 4.3.0 trouble"

    def up(self):
        self.socket.listen(64)
        self.listening = self.call(self.loop.create_server(self.protocol, sock=self.socket))

    async def end(self):
        self.listening.close()
        for protocol in self.protocols:
            if protocol.transport:
                protocol.transport.abort()
        self.protocols = []

    def down(self):
        """Nobody listens, open connections are lost, and nobody else can get the port."""
        self.call(self.end())
        self.listening = None
        self.socket = self.bind(self.port)

    def ids(self):
        with self.lock:
            return [m.id for m in self.accepted]

    def wait(self, n):
        wait_for(lambda: len(self.accepted) >= n, f"{n} mails (there are {len(self.accepted)})")
        with self.lock:
            return list(self.accepted)

    def close(self):
        if self.listening:
            self.call(self.end())
        else:
            self.socket.close()
        self.loop.call_soon_threadsafe(self.loop.stop)


class LmtpServer(MailServer):
    """On TCP and on a Unix socket. verdicts(recipient) -> a reply line for it, or None to accept."""

    def __init__(self, directory):
        self.verdicts = lambda recipient: None
        super().__init__(directory, starttls=False, login=False, speaks=FaultyLmtp)
        self.path = os.path.join(directory, "lmtp")
        self.local = self.call(self.loop.create_unix_server(self.protocol, self.path))

    async def handle_DATA(self, server, session, envelope):
        first = await super().handle_DATA(server, session, envelope)
        if not first.startswith("2"):
            return "\r\n".join([first] * len(envelope.rcpt_tos))
        return "\r\n".join(self.verdicts(r) or "250 2.0.0 taken" for r in envelope.rcpt_tos)

    def close(self):
        self.loop.call_soon_threadsafe(self.local.close)
        super().close()
