"""Feeds as the origins of the tests publish them."""

from email.utils import format_datetime
from datetime import datetime, timezone
from xml.sax.saxutils import escape


def item(guid, title, summary="", link=None, at=None, content=None):
    """One RSS item; at: Unix seconds."""
    parts = [f"<title>{escape(title)}</title>"]
    parts.append(f"<link>{escape(link or 'https://paper.example/' + guid)}</link>")
    parts.append(f'<guid isPermaLink="false">{escape(guid)}</guid>')
    if at is not None:
        date = format_datetime(datetime.fromtimestamp(at, timezone.utc))
        parts.append(f"<pubDate>{date}</pubDate>")
    if summary:
        parts.append(f"<description>{escape(summary)}</description>")
    if content:
        parts.append(f"<content:encoded><![CDATA[{content}]]></content:encoded>")
    return "<item>" + "".join(parts) + "</item>"


def rss(items, title="The Paper"):
    """Newest first, as feeds have it: the last of items is the newest."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{escape(title)}</title><link>https://paper.example/</link>"
        f"<description>News</description>\n{chr(10).join(reversed(items))}\n</channel></rss>\n"
    ).encode()
