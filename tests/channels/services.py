"""The chat services as their documentation describes them: what they refuse, and how.

Each check(request) returns None when the service would take the message, else (status, body).
A request has method, path, headers (lower-case names) and body (bytes).
"""
import json
import re
from html.parser import HTMLParser

ZERO_WIDTH_SPACE = "\u200b"


def units(text):
    return len(text.encode("utf-16-le")) // 2


def no(code_, **body):
    return code_, json.dumps(body)


def calls_nobody(text):
    """An @ that begins a name would call somebody."""
    return not re.search(r"@[A-Za-z0-9_]", text)


def read_json(request):
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise ValueError("not application/json")
    return json.loads(request.body)


# ---- Slack: incoming webhooks, Block Kit ----

SLACK_ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")
SLACK_LINK = re.compile(r"<(https?://[^<>|\s]+)\|([^<>]*)>")


def slack_mrkdwn(text):
    rest = SLACK_LINK.sub("", text)
    if "<" in rest or ">" in rest or SLACK_ENTITY.search(text):
        return "unescaped"
    return None if calls_nobody(rest) else "mention"


def slack(request):
    if request.method != "POST" or not request.path.startswith("/services/"):
        return 404, "no_service"
    body = read_json(request)
    if not body.get("text") and not body.get("blocks"):
        return 400, "no_text"
    if units(body.get("text", "")) > 40000 or len(body.get("blocks", [])) > 50:
        return 400, "invalid_blocks"
    texts = [body.get("text", "")]
    for block in body.get("blocks", []):
        if block["type"] == "section":
            if block["text"]["type"] != "mrkdwn" or not 0 < units(block["text"]["text"]) <= 3000:
                return 400, "invalid_blocks"
            texts.append(block["text"]["text"])
        elif block["type"] == "context":
            if not 0 < len(block["elements"]) <= 10:
                return 400, "invalid_blocks"
            texts += [e["text"] for e in block["elements"]]
        else:
            return 400, "invalid_blocks"
    for text in texts:
        wrong = slack_mrkdwn(text)
        if wrong:
            return 400, wrong
    return None


# ---- Discord: execute webhook ----

EMBED = {"title": 256, "description": 4096}


def discord(request):
    if request.method != "POST" or not re.fullmatch(r"/api/webhooks/\d+/[\w-]+", request.path):
        return no(404, message="Unknown Webhook", code=10015)
    body = read_json(request)
    if body.get("allowed_mentions") != {"parse": []}:
        return no(400, message="mentions are not switched off", code=50035)
    embeds = body.get("embeds", [])
    if not (body.get("content") or embeds) or len(embeds) > 10:
        return no(400, message="Cannot send an empty message", code=50006)
    total = 0
    for embed in embeds:
        for key, limit in EMBED.items():
            if units(embed.get(key, "")) > limit:
                return no(400, message="Invalid Form Body", code=50035, key=key)
            total += units(embed.get(key, ""))
        footer = embed.get("footer", {"text": "-"})["text"]
        if not embed["description"] or not 0 < units(footer) <= 2048 or not 0 <= embed["color"] <= 0xFFFFFF:
            return no(400, message="Invalid Form Body", code=50035)
        total += units(footer)
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
                            embed.get("timestamp", "2026-01-01T00:00:00Z")):
            return no(400, message="Invalid Form Body", code=50035)
        if "url" in embed and not embed["url"].startswith(("http://", "https://")):
            return no(400, message="Scheme must be http or https", code=50035)
        bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", embed.get("title", "") + embed["description"])
        bare = re.sub(r"\[([^\[\]]*)\]\(https?://[^\s()<>]+\)", r"\1", bare)
        if re.search(r"[`_~|<>\[\]]", bare.replace("**", "")):
            return no(400, message="formatted by the feed", code=50035, text=bare)
    return None if total <= 6000 else no(400, message="embeds exceed 6000", code=50035)


# ---- Teams: a workflow's "When a Teams webhook request is received" ----

def teams_action(a):
    return a is None or a["type"] == "Action.OpenUrl" and a["url"].startswith("http")


def teams_element(e):
    if e["type"] != "RichTextBlock" or not e["inlines"]:
        return False
    return all(i["type"] == "TextRun" and i["text"] and teams_action(i.get("selectAction"))
               for i in e["inlines"])


def teams(request):
    if request.method != "POST" or not request.path.startswith("/workflows/"):
        return no(404, error={"code": "WorkflowNotFound"})
    if len(request.body) > 28 * 1024:
        return no(413, error={"code": "RequestEntityTooLarge"})
    body = read_json(request)
    if body["type"] != "message" or len(body["attachments"]) != 1:
        return no(400, error={"code": "InvalidBody"})
    attachment = body["attachments"][0]
    if attachment["contentType"] != "application/vnd.microsoft.card.adaptive":
        return no(400, error={"code": "InvalidBody"})
    card = attachment["content"]
    if card["type"] != "AdaptiveCard" or card["version"] not in ("1.2", "1.3", "1.4", "1.5"):
        return no(400, error={"code": "InvalidCard"})
    if not all(teams_element(e) for e in card["body"]):
        return no(400, error={"code": "InvalidCard"})
    for action in card.get("actions", []):
        if action["type"] != "Action.OpenUrl" or not action["url"].startswith("http"):
            return no(400, error={"code": "InvalidCard"})
    return None


# ---- Mattermost: incoming webhooks ----

def mattermost(request):
    if request.method != "POST" or not re.fullmatch(r"/hooks/[a-z0-9]{26}", request.path):
        return no(400, id="web.incoming_webhook.invalid.app_error", message="Invalid webhook.",
                  status_code=400)
    body = read_json(request)
    if not body.get("text") and not body.get("attachments"):
        return no(400, id="web.incoming_webhook.text.app_error", message="No text specified.",
                  status_code=400)
    for a in body.get("attachments", []):
        if units(a["text"]) > 4000 or not re.fullmatch(r"#[0-9a-f]{6}", a["color"]):
            return no(400, id="api.too_long", message="too long", status_code=400)
        if not calls_nobody(a["text"] + a["title"]):
            return no(400, id="test.mention", message="calls somebody", status_code=400)
        if "title_link" in a and not a["title_link"].startswith("http"):
            return no(400, id="test.link", message="no link", status_code=400)
    return None


# ---- ntfy: publish as JSON ----

def ntfy(request):
    if request.method not in ("POST", "PUT") or request.path != "/":
        return no(404, code=40401, http=404, error="page not found")
    body = read_json(request)
    if not re.fullmatch(r"[-_A-Za-z0-9]{1,64}", body.get("topic", "")):
        return no(400, code=40009, http=400, error="invalid request: topic invalid")
    if body["topic"] == "closed" and request.headers.get("authorization") != "Bearer tk_right":
        return no(403, code=40301, http=403, error="forbidden")
    if len(body["message"].encode()) > 4096:
        return no(413, code=41301, http=413, error="attachment too large")
    if not 1 <= body["priority"] <= 5 or not isinstance(body["tags"], list):
        return no(400, code=40007, http=400, error="invalid priority parameter")
    return None


# ---- Telegram: Bot API, sendMessage with parse_mode HTML ----

class TelegramText(HTMLParser):
    ALLOWED = {"b", "strong", "i", "em", "u", "s", "a", "code", "pre"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.text, self.stack, self.wrong = "", [], None

    def handle_starttag(self, tag, attrs):
        if tag not in self.ALLOWED:
            self.wrong = f"Unsupported start tag \"{tag}\""
        self.stack.append(tag)

    def handle_endtag(self, tag):
        if not self.stack or self.stack.pop() != tag:
            self.wrong = f"Unmatched end tag \"{tag}\""

    def handle_data(self, data):
        self.text += data


def telegram(request):
    m = re.fullmatch(r"/bot(\d+:[\w-]+)/sendMessage", request.path)
    if not m or request.method != "POST":
        return no(404, ok=False, error_code=404, description="Not Found")
    if m.group(1) != "12345:right":
        return no(401, ok=False, error_code=401, description="Unauthorized")
    body = read_json(request)
    if body["chat_id"] != -100200300:
        return no(400, ok=False, error_code=400, description="Bad Request: chat not found")
    reader = TelegramText()
    reader.feed(body["text"])
    reader.close()
    if body["parse_mode"] != "HTML" or reader.wrong or reader.stack:
        return no(400, ok=False, error_code=400,
                  description=f"Bad Request: can't parse entities: {reader.wrong}")
    if not 0 < units(reader.text) <= 4096:
        return no(400, ok=False, error_code=400, description="Bad Request: message is too long")
    if not calls_nobody(reader.text):
        return no(400, ok=False, error_code=400, description="calls somebody")
    return None


# ---- Matrix: client-server API, PUT .../send/m.room.message/{txnId} ----

class Balanced(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.stack, self.wrong = [], None

    def handle_starttag(self, tag, attrs):
        if tag not in ("b", "i", "a", "br"):
            self.wrong = tag
        if tag != "br":
            self.stack.append(tag)

    def handle_endtag(self, tag):
        if not self.stack or self.stack.pop() != tag:
            self.wrong = tag


def matrix(request):
    m = re.fullmatch(r"/_matrix/client/v3/rooms/%21room%3Aexample\.org/send/m\.room\.message/"
                     r"([\w.-]+)", request.path)
    if request.headers.get("authorization") != "Bearer syt_right":
        return no(401, errcode="M_UNKNOWN_TOKEN", error="Unrecognised access token")
    if not m or request.method != "PUT":
        return no(404, errcode="M_UNRECOGNIZED", error="Unrecognized request")
    if len(request.body) > 65536:
        return no(413, errcode="M_TOO_LARGE", error="event too large")
    body = read_json(request)
    reader = Balanced()
    reader.feed(body["formatted_body"])
    reader.close()
    if body["msgtype"] != "m.text" or body["m.mentions"] != {} or reader.wrong or reader.stack:
        return no(400, errcode="M_BAD_JSON", error=f"{reader.wrong}")
    return None


# ---- PagerDuty: Events API v2 ----

def pagerduty(request):
    if request.method != "POST" or request.path != "/v2/enqueue":
        return no(404, status="not found")
    if len(request.body) > 512 * 1024:
        return no(413, status="too large")
    body = read_json(request)
    if body.get("routing_key") != "r" * 32:
        return no(400, status="invalid event", message="Event object is invalid",
                  errors=["'routing_key' is invalid or missing"])
    payload = body["payload"]
    if body["event_action"] != "trigger" or not 0 < len(body["dedup_key"]) <= 255:
        return no(400, status="invalid event", errors=["dedup_key"])
    if not 0 < units(payload["summary"]) <= 1024 or not payload["source"]:
        return no(400, status="invalid event", errors=["summary"])
    if payload["severity"] not in ("critical", "error", "warning", "info"):
        return no(400, status="invalid event", errors=["severity"])
    return None


SUCCESS = {
    "slack": (200, "ok"),
    "discord": (204, ""),
    "teams": (202, ""),
    "mattermost": (200, "ok"),
    "ntfy": (200, '{"id":"x"}'),
    "telegram": (200, '{"ok":true}'),
    "matrix": (200, '{"event_id":"$x"}'),
    "pagerduty": (202, '{"status":"success","message":"Event processed"}'),
}
CHECKS = {name: globals()[name] for name in SUCCESS}
