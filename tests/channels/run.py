#!/usr/bin/env python3
"""Every kind of channel against a receiver that keeps the service's documented rules.

newsbell channel test sends alerts that are as long and as hostile as facts may be; what the
receiver answers must be understood as the service means it.
"""
import base64
import email
import email.policy
import hmac
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import xml.etree.ElementTree as ET
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import services  # noqa: E402

NEWSBELL = os.environ.get("NEWSBELL", "./newsbell")
OK, DATAERR, UNAVAILABLE, TEMPFAIL, CONFIG = 0, 65, 69, 75, 78

EVIL = ("@everyone <!channel> <@U123> @room @channel [a](https://x.example) *b* _c_ ~d~ `e` |f| "
        "</b><script>alert(1)</script> & &amp; \"quotes\" 'more' \\ {{x}} %s $HOME")
LONG = "\U0001F514 " + "word " * 400


def facts(title=EVIL, text=EVIL, entries=3, link="https://news.example/?a=1&b=<2>|3"):
    entry = {"list": "agencies", "name": text[:300], "term": text[:300], "zone": "title", "count": 2,
             "snippet": {"before": text[:80], "marked": text[:60], "after": text[:80]}}
    return {
        "kind": "item", "id": "a" * 26, "watch": text[:100], "severity": "critical",
        "created": "2026-11-24T05:00:00Z",
        "item": {"id": "urn:1", "title": title[:1000], "link": link, "summary": text[:1500],
                 "author": text[:100], "published": None, "seen": "2026-11-24T05:00:00Z"},
        "feed": {"name": "courier", "title": text[:100]},
        "entries": [entry] * entries, "more_entries": 2, "story": None,
    }


def story(text=EVIL, n=50):
    other = {"title": text[:1000], "link": "https://other.example/?a=(1)&b=|<2>", "feed": text[:60],
             "seen": "2026-11-24T04:00:00Z"}
    return {"id": 7, "again": "outlets", "opened": "2026-11-23T05:00:00Z", "items": 91,
            "outlets": 61, "others": [other] * n}


ALERTS = {
    "hostile": facts(),
    "long": facts(LONG, LONG, 256),
    "markup": facts("<" * 900, "&" * 1400, 40),
    "emoji": facts("\U0001F514" * 250, "\U0001F514" * 370, 40),
    "no link": facts(link=None),
    "a link that is none": facts(link="javascript:alert(1)"),
    "a story": {**facts(), "story": story()},
    "a story of long titles": {**facts(LONG, LONG, 256), "story": story("&" * 1000)},
    "a list": {**facts(text="\n".join(f"[high] story {i} {EVIL}" for i in range(400))),
                 "entries": [], "more_entries": 0},
}


def digest(text, n=200):
    """Alerts that can be told apart in any rendering: s000x ... s199x."""
    return [{**facts(f"s{i:03}x {text}", text), "more_entries": 0} for i in range(n)]


def folded(i, n):
    """A story whose other items can be told apart: f000x00x ... and so on."""
    return {**story(n=0), "items": n + 1, "others": [
        {"title": f"f{i:03}x{k:02}x", "link": "https://other.example/", "feed": "o",
         "seen": "2026-11-24T04:00:00Z"} for k in range(n)]}


DIGESTS = {
    "short": [{**facts(f"s{i:03}x moves", "ICE"), "more_entries": 0} for i in range(8)],
    "hostile": digest(EVIL),
    "long": digest(LONG),
    "emoji": digest("\U0001F514" * 250),
    "stories": [{**a, "story": story()} for a in digest("ICE moves")],
    "folded": [{**a, "story": folded(i, 12)} for i, a in enumerate(digest("ICE moves", 20))],
    "five hundred": digest("ICE moves in the harbour", 500),
    "far addresses": [{**a, "item": {**a["item"], "link": "https://x.example/?" + "&<|(" * 480}}
                      for a in digest("ICE moves", 40)],
}


class Request:
    def __init__(self, handler):
        self.method, self.path = handler.command, handler.path
        self.headers = {k.lower(): v for k, v in handler.headers.items()}
        self.body = handler.rfile.read(int(self.headers.get("content-length", 0)))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def serve(self):
        request = Request(self)
        self.server.requests.append(request)
        status, body, headers = self.server.answer(request)
        data = body.encode()
        self.send_response(status)
        for k, v in headers.items():
            self.send_header(k, v)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_POST = do_PUT = do_PATCH = serve

    def log_message(self, *args):
        pass


class Receiver(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests = []
        self.answer = None
        threading.Thread(target=self.serve_forever, daemon=True).start()


failures = []


def check(name, good, detail=""):
    if not good:
        failures.append(name)
    print(f"{'ok' if good else 'FAILED'}: {name}{'' if good else ': ' + str(detail)[:600]}")


CONF = """
[feed "none"]
url = https://feed.example/
[watch "w"]
when = nothing
[channel "slack"]
type = slack
url = {base}/services/T/B/x
[channel "discord"]
type = discord
url = {base}/api/webhooks/123/token-x
[channel "teams"]
type = teams
url = {base}/workflows/abc?sig=x
[channel "mattermost"]
type = mattermost
url = {base}/hooks/abcdefghijklmnopqrstuvwx12
[channel "ntfy"]
type = ntfy
url = {base}/topic_1
[channel "telegram"]
type = telegram
token = 12345:right
chat = -100200300
url = {base}
[channel "matrix"]
type = matrix
url = {base}
room = !room:example.org
token = syt_right
[channel "pagerduty"]
type = pagerduty
key = rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
url = {base}/v2/enqueue
[channel "hook"]
type = webhook
url = {base}/hook
secret = whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
header = X-Own: yes
[channel "own"]
type = webhook
method = PUT
url = {base}/own
content-type = application/vnd.own+json
body = @file:{dir}/own.json
[channel "exec"]
type = exec
command = {dir}/hook one two
timeout = 2s
[channel "sendmail"]
type = email
sendmail = {dir}/sendmail
from = bell@example.org
to = The Desk <desk@example.org>, b@example.org
[channel "file"]
type = file
path = {dir}/alerts.jsonl
[channel "atom"]
type = feed
path = {dir}/alerts.atom
keep = 2
[channel "json"]
type = feed
format = json
path = {dir}/alerts.json
url = https://here.example/alerts.json
[channel "bad-slack"]
type = slack
url = {base}/nothing
[channel "bad-mattermost"]
type = mattermost
url = {base}/hooks/wrong
[channel "bad-telegram"]
type = telegram
token = 12345:wrong
chat = -100200300
url = {base}
[channel "bad-chat"]
type = telegram
token = 12345:right
chat = @nobody
url = {base}
[channel "bad-matrix"]
type = matrix
url = {base}
room = !room:example.org
token = wrong
[channel "bad-pagerduty"]
type = pagerduty
key = xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
url = {base}/v2/enqueue
[channel "bad-ntfy"]
type = ntfy
url = {base}/closed
[channel "good-ntfy"]
type = ntfy
url = {base}/closed
bearer = tk_right
"""


class Tool:
    def __init__(self, top, base):
        self.top = top
        self.conf = os.path.join(top, "newsbell.conf")
        with open(self.conf, "w") as f:
            f.write(CONF.format(base=base, dir=top))
        with open(os.path.join(top, "own.json"), "w") as f:
            f.write('{"names": [{{#entries}}{{name|json}}{{^last}}, {{/last}}{{/entries}}],\n'
                    ' "facts": {{data}}}\n')
        os.chmod(self.conf, 0o600)

    def run(self, argv, alert):
        argv = [NEWSBELL, *argv, "-c", self.conf]
        if alert:
            path = os.path.join(self.top, "facts.json")
            with open(path, "w") as f:
                f.writelines(json.dumps(a) + "\n" for a in
                             (alert if isinstance(alert, list) else [alert]))
            argv += ["--facts", path]
        return subprocess.run(argv, capture_output=True, text=True, timeout=60)

    def send(self, channel, alert=None):
        return self.run(["channel", "test", channel], alert)

    def bodies(self, channel, alert):
        """Of all the messages that it would send."""
        run = self.run(["preview", "test", channel, "--json"], alert)
        messages = [json.loads(line)["message"] for line in run.stdout.splitlines()]
        return [m.partition("\n\n")[2].strip().replace("***", SECRETS.get(channel, "***"))
                for m in messages]


def enforce(receiver, kind):
    def answer(request):
        try:
            wrong = services.CHECKS[kind](request)
        except (ValueError, KeyError, TypeError) as e:
            wrong = 400, f"{type(e).__name__}: {e}"
        status, body = wrong or services.SUCCESS[kind]
        return status, body, {}
    receiver.answer = answer


def test_services(tool, receiver):
    for kind in services.SUCCESS:
        enforce(receiver, kind)
        for name, alert in ALERTS.items():
            run = tool.send(kind, alert)
            check(f"{kind} takes: {name}", run.returncode == OK, run.stdout + run.stderr)
        run = tool.send(kind)
        check(f"{kind} takes the specimen", run.returncode == OK, run.stdout + run.stderr)


def test_digests(tool, receiver):
    for kind in services.SUCCESS:
        enforce(receiver, kind)
        for alerts in DIGESTS["short"], DIGESTS["short"][:1] * 2:
            run = tool.send(kind, alerts)
            check(f"{kind} takes a digest of {len(alerts)}", run.returncode == OK, run.stdout + run.stderr)
        request = receiver.requests[-1]
        for name, alerts in DIGESTS.items():
            bodies = tool.bodies(kind, alerts)
            for request.body in (b.encode() for b in bodies):
                status, wrong, _ = receiver.answer(request)
                check(f"{kind} takes a digest: {name}", (status, wrong) == services.SUCCESS[kind], wrong)
            if kind == "matrix":
                bodies = [json.loads(b)["formatted_body"] for b in bodies]
            told = [set(re.findall(r"s\d\d\dx", b)) for b in bodies]
            check(f"{kind}: each alert once: {name}",
                  sum(len(t) for t in told) == len(alerts) == len(set().union(*told)),
                  f"{[len(t) for t in told]} of {len(alerts)}")
            numbers = [re.findall(r"(\d+) of (\d+) (?:·|\\u00b7)", b)[:1] for b in bodies]
            check(f"{kind}: numbered: {name}", len(bodies) == 1 and numbers == [[]] or numbers ==
                  [[(str(i + 1), str(len(bodies)))] for i in range(len(bodies))], numbers)
            if name == "folded":
                check(f"{kind}: all that was folded", len(set(re.findall(
                    r"f\d\d\dx\d\dx", "".join(bodies)))) == 20 * 12, bodies)


def test_refusals(tool, receiver):
    for channel, kind, status in [
            ("bad-slack", "slack", CONFIG), ("bad-mattermost", "mattermost", CONFIG),
            ("bad-telegram", "telegram", CONFIG), ("bad-chat", "telegram", CONFIG),
            ("bad-matrix", "matrix", CONFIG), ("bad-pagerduty", "pagerduty", CONFIG),
            ("bad-ntfy", "ntfy", CONFIG), ("good-ntfy", "ntfy", OK)]:
        enforce(receiver, kind)
        run = tool.send(channel)
        check(f"{channel}: exit {status}", run.returncode == status,
              f"{run.returncode} {run.stdout} {run.stderr}")
    for kind, status, body, exit_status in [
            ("slack", 429, "", TEMPFAIL), ("slack", 410, "channel_is_archived", UNAVAILABLE),
            ("slack", 500, "rollup_error", TEMPFAIL), ("slack", 400, "invalid_payload", DATAERR),
            ("discord", 429, '{"message":"slow","retry_after":0.5}', TEMPFAIL),
            ("discord", 401, '{"code":50027}', CONFIG), ("discord", 400, '{"code":50035}', DATAERR),
            ("teams", 200, "Webhook message delivery failed with error: HTTP error 429", TEMPFAIL),
            ("teams", 502, "", TEMPFAIL),
            ("mattermost", 501, '{"id":"web.incoming_webhook.disabled.app_error"}', CONFIG),
            ("telegram", 403, '{"ok":false,"description":"Forbidden: bot was kicked"}', CONFIG),
            ("telegram", 429, '{"ok":false,"parameters":{"retry_after":7}}', TEMPFAIL),
            ("telegram", 400, '{"ok":false,"description":"Bad Request: message is too long"}',
             DATAERR),
            ("matrix", 429, '{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":900}', TEMPFAIL),
            ("matrix", 403, '{"errcode":"M_FORBIDDEN"}', CONFIG),
            ("pagerduty", 400, '{"errors":["summary"]}', DATAERR), ("pagerduty", 429, "", TEMPFAIL),
            ("ntfy", 507, "", TEMPFAIL), ("hook", 302, "", CONFIG), ("hook", 410, "", UNAVAILABLE),
            ("hook", 422, "", DATAERR)]:
        receiver.answer = lambda request, s=status, b=body: (s, b, {})
        run = tool.send(kind)
        check(f"{kind} answers {status} {body[:30]}: exit {exit_status}",
              run.returncode == exit_status, f"{run.returncode} {run.stdout}")


def violations(value, schema, root, at="body"):
    """What of JSON Schema the published schema uses; members it does not name are violations too."""
    if "$ref" in schema:
        return violations(value, root["$defs"][schema["$ref"].split("/")[-1]], root, at)
    if "oneOf" in schema:
        found = [violations(value, s, root, at) for s in schema["oneOf"]]
        return [] if sum(not f for f in found) == 1 else [f"{at}: none of the forms: {found}"]
    bad = []
    types = {"object": dict, "array": list, "string": str, "integer": int, "null": type(None)}
    wanted = schema.get("type", [])
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if wanted and not any(isinstance(value, types[t]) for t in wanted):
        return [f"{at}: is no {wanted}"]
    if "enum" in schema and value not in schema["enum"] or schema.get("const", value) != value:
        bad.append(f"{at}: {value!r}")
    if isinstance(value, int) and value < schema.get("minimum", value):
        bad.append(f"{at}: {value}")
    if isinstance(value, dict):
        bad += [f"{at}: no {k}" for k in schema.get("required", []) if k not in value]
        for k, v in value.items():
            if k in schema.get("properties", {}):
                bad += violations(v, schema["properties"][k], root, f"{at}.{k}")
            else:
                bad.append(f"{at}: {k} is not in the schema")
    if isinstance(value, list):
        for i, v in enumerate(value):
            bad += violations(v, schema["items"], root, f"{at}[{i}]")
    return bad


def test_webhook(tool, receiver):
    schema = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../doc/webhook.schema.json")
    with open(schema) as f:
        schema = json.load(f)
    receiver.answer = lambda request: (200, "", {})
    for name, alert in {**ALERTS, "digest": DIGESTS["hostile"]}.items():
        tool.send("hook", alert)
        bad = violations(json.loads(receiver.requests[-1].body), schema, schema)
        check(f"the body is as the schema says: {name}", not bad, bad[:3])
    request = receiver.requests[-1]
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode()
    mac = base64.b64encode(hmac.new(key, signed + request.body, "sha256").digest()).decode()
    check("the signature", request.headers["webhook-signature"] == f"v1,{mac}")
    check("a header of the user's", request.headers.get("x-own") == "yes")
    tool.send("own", ALERTS["hostile"])
    body = json.loads(receiver.requests[-1].body)
    check("a body of the user's", body["names"] == [EVIL[:300]] * 3 and body["facts"]["id"] == "a" * 26,
          body)
    check("its content type", receiver.requests[-1].headers["content-type"] == "application/vnd.own+json")


SECRETS = {"slack": "services/T/B/x", "discord": "token-x", "telegram": "right", "matrix": "syt_right",
           "pagerduty": "r" * 32, "hook": "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}


def test_preview(tool, receiver):
    before = len(receiver.requests)
    channels = [c for c in re.findall(r'\[channel "([^"]+)"\]', CONF) if not c.startswith("bad-")]
    for channel in channels:
        for arguments in ([], ["--digest"]):
            run = subprocess.run([NEWSBELL, "preview", "-c", tool.conf, *arguments, "test", channel],
                                 capture_output=True, text=True, timeout=60)
            check(f"preview {channel} {arguments}", run.returncode == OK and "HarbA" in
                  run.stdout.replace("=\n", ""), run.stdout + run.stderr)
            check(f"preview {channel} shows no secret", SECRETS.get(channel, "\0") not in run.stdout,
                  run.stdout)
    check("preview sends nothing", len(receiver.requests) == before)


def test_digest_for_programs(tool):
    tool.send("file", DIGESTS["short"])
    with open(os.path.join(tool.top, "alerts.jsonl")) as f:
        line = json.loads(f.readlines()[-1])
    check("a digest in a file", (line["type"], len(line["data"]["alerts"])) == ("digest", 8), line)
    for channel, name in (("atom", "alerts.atom"), ("json", "alerts.json")):
        tool.send(channel, DIGESTS["hostile"])
        with open(os.path.join(tool.top, name)) as f:
            text = f.read()
        check(f"a digest in a feed: {channel}", len(set(re.findall(r"s\d\d\dx", text))) == 200, text)
        if channel == "json":
            json.loads(text)
        else:
            ET.fromstring(text)
    with open(os.path.join(tool.top, "hook"), "w") as f:
        f.write("#!/bin/sh\ncat >in\n")
    os.chmod(os.path.join(tool.top, "hook"), 0o755)
    run = tool.send("exec", DIGESTS["short"])
    check("a digest for a program", run.returncode == OK, run.stdout + run.stderr)


def test_exec(tool):
    hook = os.path.join(tool.top, "hook")
    cases = [("cat >in; echo \"$1 $2 $NEWSBELL_SEVERITY $HOME\" >args", OK),
             ("echo why >&2; exit 75", TEMPFAIL), ("exit 65", DATAERR), ("exit 78", CONFIG),
             ("exit 1", TEMPFAIL), ("kill -9 $$", TEMPFAIL), ("sleep 30", TEMPFAIL),
             ("yes | head -c 10000000", OK)]
    for script, status in cases:
        with open(hook, "w") as f:
            f.write(f"#!/bin/sh\ncd {tool.top}\n{script}\n")
        os.chmod(hook, 0o755)
        run = tool.send("exec", ALERTS["hostile"])
        check(f"exec '{script[:30]}': exit {status}", run.returncode == status,
              f"{run.returncode} {run.stdout} {run.stderr}")
    with open(os.path.join(tool.top, "in")) as f:
        data = json.load(f)["data"]
    check("exec: the facts on standard input", data["item"]["title"] == ALERTS["hostile"]["item"]["title"])
    with open(os.path.join(tool.top, "args")) as f:
        check("exec: arguments, and no environment but ours", f.read() == "one two critical \n")
    os.unlink(hook)
    run = tool.send("exec")
    check("exec: a program that is not there", run.returncode == TEMPFAIL and "cannot be run" in run.stdout,
          run.stdout)


def test_sendmail(tool):
    hook = os.path.join(tool.top, "sendmail")
    with open(hook, "w") as f:
        f.write(f"#!/bin/sh\ncat >{tool.top}/mail; echo \"$@\" >{tool.top}/args\n")
    os.chmod(hook, 0o755)
    for name, alert in ALERTS.items():
        run = tool.send("sendmail", alert)
        check(f"sendmail takes: {name}", run.returncode == OK, run.stdout + run.stderr)
        with open(os.path.join(tool.top, "mail"), "rb") as f:
            raw = f.read()
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        parts = [p for p in mail.walk() if not p.is_multipart()]
        check(f"mail is whole: {name}", not mail.defects and not any(p.defects for p in parts)
              and [p.get_content_type() for p in parts] == ["text/plain", "text/html"], mail.defects)
        check(f"mail keeps its lines: {name}", max(map(len, raw.split(b"\n"))) <= 76 and raw.isascii())
        check(f"mail names only its own headers: {name}", set(mail.keys()) <= HEADERS, mail.keys())
        check(f"mail to whom it should: {name}",
              [a.addr_spec for a in mail["to"].addresses] == ["desk@example.org", "b@example.org"])
        text = parts[0].get_content()
        words = [line for line in text.split("\n") if " " in line.strip()]
        check(f"text has 72 columns: {name}", all(len(line) <= 72 for line in words),
              max(words, key=len))
        html = parts[1].get_content()
        check(f"html has no element of the feed's: {name}", "<script" not in html
              and "javascript:" not in html.replace("javascript:alert(1)</h1>", ""))
    with open(os.path.join(tool.top, "args")) as f:
        check("sendmail: the envelope",
              f.read() == "-i -f bell@example.org -- desk@example.org b@example.org\n")


HEADERS = {"Date", "From", "To", "Subject", "Message-ID", "In-Reply-To", "References", "List-ID",
           "Auto-Submitted",
           "X-Auto-Response-Suppress", "Importance", "X-Newsbell-Alert", "X-Newsbell-Watch",
           "X-Newsbell-Severity", "X-Newsbell-Feed", "X-Newsbell-Entry", "MIME-Version",
           "Content-Type"}


def test_files(tool):
    path = os.path.join(tool.top, "alerts.jsonl")
    for _ in range(3):
        check("file: written", tool.send("file", ALERTS["hostile"]).returncode == OK)
    with open(path) as f:
        lines = [json.loads(line) for line in f]
    check("file: a line each", len(lines) == 3 and lines[0]["data"]["watch"] == EVIL[:100])
    os.rename(path, path + ".1")
    tool.send("file")
    check("file: made anew when it was moved away", os.path.exists(path))
    for n in range(4):
        run = tool.send("atom", facts(title=f"{n} {EVIL}"))
        check("atom: written", run.returncode == OK, run.stdout + run.stderr)
        run = tool.send("json", facts(title=f"{n} {EVIL}"))
        check("json feed: written", run.returncode == OK, run.stdout + run.stderr)
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ET.parse(os.path.join(tool.top, "alerts.atom")).getroot()
    entries = feed.findall(atom + "entry")
    check("atom: the newest two", [": 3 @" in e.find(atom + "title").text for e in entries] == [True, False])
    check("atom: what it must have", all(e.find(atom + t) is not None for e in entries
                                         for t in ("id", "updated", "title", "content")))
    parsed = subprocess.run([NEWSBELL, "parse", os.path.join(tool.top, "alerts.atom")],
                            capture_output=True, text=True, timeout=60)
    check("atom: our own parser reads it", len(json.loads(parsed.stdout)["items"]) == 2, parsed.stderr)
    with open(os.path.join(tool.top, "alerts.json")) as f:
        feed = json.load(f)
    check("json feed", feed["version"].endswith("1.1") and len(feed["items"]) == 4
          and feed["feed_url"].startswith("https://here"), feed.keys())


def main():
    receiver = Receiver()
    with tempfile.TemporaryDirectory() as top:
        tool = Tool(top, f"http://127.0.0.1:{receiver.server_port}")
        test_services(tool, receiver)
        test_digests(tool, receiver)
        test_refusals(tool, receiver)
        test_webhook(tool, receiver)
        test_exec(tool)
        test_sendmail(tool)
        test_files(tool)
        test_digest_for_programs(tool)
        test_preview(tool, receiver)
    print(f"{len(failures)} failed" if failures else "all passed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
