#!/usr/bin/env python3
"""Where feeds come from: files, programs, lists that are watched, and what is sent to whom."""

import grp
import os
import pwd
import signal
import socket
import ssl
import subprocess

from feeds import item, rss
from house import EX_CONFIG, House, newsbell
from origin import http
from receivers import certificate
from suite import Suite, contains, die_with_parent, equal, true, wait_for

suite = Suite()

ICE = item("1", "ICE moves its files")


def open_house(house):
    house.list("agencies", "ICE")
    house.webhook()


def told(house):
    return sorted((r.json["data"]["feed"]["name"], r.json["data"]["item"]["id"])
                  for r in house.hook.accepted)


def script(house, name, text):
    return house.write(name, "#!/bin/sh\n" + text, 0o755)


# ---- files and programs ----

@suite.case
def a_directory_is_one_feed():
    with House() as house:
        open_house(house)
        os.mkdir(house.dir + "/drop")
        house.write("drop/a.xml", rss([ICE]).decode())
        house.write("drop/b.atom", rss([item("2", "ICE again")]).decode())
        house.write("drop/notes.txt", rss([item("9", "ICE never")]).decode())
        house.feed("drop", f"file:{house.dir}/drop", backfill="all")
        house.feed("none", f"file:{house.dir}/none.xml")
        house.start()
        house.hook.wait(2)
        house.write("drop/c.json", '{"version": "https://jsonfeed.org/version/1.1", "title": "t", '
                                   '"items": [{"id": "3", "title": "ICE in JSON"}]}')
        house.poll("drop", "none")
        house.hook.wait(3)
        house.write("drop/a.xml", "<html>not any more</html>")
        house.poll("drop", "none")
        shown = house.tool("feed", "drop")
        contains(shown, "drop/a.xml: not a feed but an HTML page", "which file it is")
        contains(house.tool("feeds"), "none.xml: No such file", "the file that is not there")
        equal(told(house), [("drop", "1"), ("drop", "2"), ("drop", "3")], "what rang")


@suite.case
def programs_make_and_mend_feeds_within_their_limits():
    with House() as house:
        open_house(house)
        house.write("feed.xml", rss([ICE]).decode())
        house.scripted.answers["/odd"] = http(rss([item("2", "I-C-E filtered")]))
        good = script(house, "make", f'printf "%s|" "$@" > {house.dir}/argv; env > {house.dir}/env\n'
                                     f"exec cat {house.dir}/feed.xml")
        mend = script(house, "mend", "exec sed s/I-C-E/ICE/")
        house.feed("made", f'exec:{good} "two words" $HOME ; *', backfill="all")
        house.feed("mended", house.scripted.base + "/odd", filter=mend, backfill="all")
        house.feed("fails", "exec:" + script(house, "fails", "echo out of paper >&2; exit 3"))
        house.feed("hangs", "exec:" + script(house, "hangs", "sleep 60 & sleep 60"), timeout="1s")
        house.feed("floods", "exec:" + script(house, "floods", "exec yes"), max_size="4K")
        house.feed("unmended", house.scripted.base + "/odd?2", filter=script(house, "no", "exit 1"))
        house.scripted.answers["/odd?2"] = house.scripted.answers["/odd"]
        house.start()
        house.first_polls("made", "mended", "fails", "hangs", "floods", "unmended")
        house.hook.wait(2)
        equal(told(house), [("made", "1"), ("mended", "2")], "what rang")
        with open(house.dir + "/argv", encoding="utf-8") as f:
            equal(f.read(), "two words|$HOME|;|*|", "arguments, without a shell")
        with open(house.dir + "/env", encoding="utf-8") as f:
            equal(sorted(line.split("=")[0] for line in f if not line.startswith(("_=", "PWD="))),
                  ["LC_ALL", "PATH"], "the environment")
        for name, why in (("fails", "out of paper"), ("hangs", "not done after 1 s"),
                          ("floods", "more than 4096 bytes"), ("unmended", "the filter failed")):
            contains(house.tool("feed", name), why, f"{name}: why")


# ---- lists ----

def opml(*feeds):
    outlines = "".join(f'<outline text="{name}" xmlUrl="{url}" category="/{tag}"/>'
                       for name, url, tag in feeds)
    return (f'<opml version="2.0"><head><title>t</title></head><body>{outlines}</body>'
            "</opml>").encode()


@suite.case
def lists_in_files_are_watched():
    with House() as house:
        open_house(house)
        for name in "abcd":
            house.scripted.answers["/" + name] = http(rss([item(name, "ICE of " + name)]))
        base = house.scripted.base
        house.write("etc/press.txt", f'{base}/a "~a" press\n')
        house.write("etc/office.opml", opml(("b", base + "/b", "office")).decode())
        for name, key in (("press", "file"), ("office", "opml")):
            house.section("feeds", name, allow_private="yes", backfill="all",
                          **{key: "press.txt" if key == "file" else "office.opml"})
        house.start()
        house.hook.wait(2)
        house.write("etc/press.txt", f'{base}/a "~a" press\n{base}/c "~c" press\n')
        house.hook.wait(3)
        house.write("etc/office.opml", opml(("d", base + "/d", "office")).decode())
        house.hook.wait(4)
        equal(told(house), [(name, name) for name in "abcd"], "what rang")
        equal(len(house.scripted.asked("/a")), 1, "requests to the one that stayed")


@suite.case
def a_list_that_is_fetched_is_kept_until_another_came_whole():
    with House() as house:
        open_house(house)
        here, there = house.scripted, house.scripted_at(1)
        for origin in (here, there):
            for name in "abc":
                origin.answers["/" + name] = http(rss([item(name, "ICE of " + name)]))
        first = opml(("a", here.base + "/a", "office"), ("b", there.base + "/b", "home"),
                     ("bad", "file:/etc/passwd", "x"))
        second = opml(("a", here.base + "/a", "office"), ("c", there.base + "/c", "home"))
        here.answers["/list"] = [
            http(first, headers=[("ETag", '"1"')]),
            http(b"", status="304 Same"),
            http(b"down", status="500 Oops"),
            http(b"<html>please log in</html>", content_type="text/html"),
            http(second[:-40], headers=[("ETag", '"cut"')]),
            http(opml(), headers=[("ETag", '"none"')]),
            http(second, headers=[("ETag", '"2"')])]
        house.section("feeds", "office", opml=here.base + "/list", allow_private="yes",
                      backfill="all", header="X-Key: hush")
        house.section("watch", "home", when="@agencies AND tag:home")  # a tag that nobody knows yet
        house.start()
        house.hook.wait(1)
        house.first_polls("a", "b")
        equal([h.get("x-key") for h in (*here.asked("/list"), *here.asked("/a"), *there.asked("/b"))],
              ["hush", "hush", None], "the header, at the list's own host alone")
        equal(house.daemon.stop(), 0, "exit status")
        house.start()
        equal(len(here.asked("/list")), 1, "a start asks nobody early")
        for _ in range(5):
            house.poll("office", "a", "b")
        equal([h.get("if-none-match") for h in here.asked("/list")], [None] + ['"1"'] * 5, "validators")
        contains(house.tool("feed", "office"), "names no feed", "what is wrong with it")
        contains(house.tool("check"), "3 feeds", "newsbell check")
        out = house.tool("export")
        true("/a" in out and "/b" in out and "/list" not in out, "newsbell export")
        house.poll("office")
        house.hook.wait(2)
        house.daemon.wait_log("reloaded")
        asked = len(there.asked("/b"))
        house.poll("office", "a", "c")
        equal(len(there.asked("/b")), asked, "requests to the one that is not in it any more")
        equal(told(house), [("b", "b"), ("c", "c")], "what rang")


@suite.case
def a_list_that_cannot_be_read_from_the_database_takes_no_feed_away():
    with House(env={"NB_FAULT": "pread64 1 EIO"}) as house:
        open_house(house)
        house.env["NB_FAULT_WHILE"] = gate = house.write("gate", "")
        house.preload.append("faults")
        here = house.scripted
        here.answers["/list"] = http(opml(("a", here.base + "/a", "office")))
        here.answers["/a"] = http(rss([ICE]))
        house.section("feeds", "office", opml=here.base + "/list", allow_private="yes",
                      backfill="all")
        house.start()
        house.first_polls("a")
        house.write("gate", "now")
        house.daemon.signal(signal.SIGHUP)
        contains(house.daemon.wait_log("reload-failed").text, "the old configuration stays", "the log")
        contains(house.daemon.log_text(), "disk I/O error", "what it says")
        os.truncate(gate, 0)
        asked = len(here.asked("/a"))
        house.poll("a")
        equal(len(here.asked("/a")), asked + 1, "requests to the feed of the list")
        equal(house.daemon.stop(), 0, "exit status")


# ---- what is sent to whom ----

def absolute(headers):
    return {k: v for k, v in headers.items() if k in ("authorization", "cookie", "x-key", "user-agent")}


@suite.case
def each_feed_has_its_own_words_and_its_secrets_stay_secret():
    with House() as house:
        open_house(house)
        credentials = house.dir + "/credentials"
        os.mkdir(credentials, 0o700)
        house.write("credentials/token", "s3cret-token\n", 0o600)
        house.write("etc/pass", "s3cret-pass\n", 0o600)
        house.write("etc/biscuit", "id=s3cret-cookie\n", 0o600)
        there = house.scripted_at(1)
        for name in ("basic", "bearer", "own", "lead"):
            house.scripted.answers["/" + name] = http(rss([item(name, "ICE")]))
        house.scripted.answers["/lead"] = http(b"", status="302 Found", headers=[
            ("Location", there.base + "/land")])
        there.answers["/land"] = http(rss([item("land", "ICE")]))
        there.answers["http://far.invalid/p"] = http(rss([item("p", "ICE")]))
        house.scripted.answers["/big"] = http(rss([item("big", "ICE", "long " * 2000)]))
        base = house.scripted.base
        house.feed("basic", base + "/basic", user="me", password=f"@file:{house.etc}/pass")
        house.feed("bearer", base + "/bearer", bearer="@credential:token")
        house.feed("own", base + "/own", cookie=f"@file:{house.etc}/biscuit", user_agent="odd/1",
                   header="X-Key: k\n  Accept: text/xml")
        house.feed("lead", base + "/lead", bearer="@credential:token", header="X-Key: k",
                   cookie=f"@file:{house.etc}/biscuit")
        house.feed("inside", base.replace("//", "//you:s3cret-ur%6C@") + "/inside")
        house.write("etc/urls", base.replace("//", "//we:s3cret-list@") + '/listed\n', 0o600)
        house.section("feeds", "urls", file="urls", allow_private="yes")
        for name in ("inside", "listed"):
            house.scripted.answers["/" + name] = http(rss([item(name, "ICE inside")]))
        house.feed("far", "http://far.invalid/p", proxy=there.base)
        house.feed("big", base + "/big", max_size="2K")
        house.configure()
        os.chmod(house.conf, 0o644)
        status, _, errors = newsbell("check", "-c", house.conf,
                                     env={"CREDENTIALS_DIRECTORY": credentials})
        equal(status, EX_CONFIG, "a password in an address, in a file that others may read")
        contains(errors, "write user = ... and password = @file:PATH instead", "what to do")
        os.chmod(house.conf, 0o600)
        house.start(env={"CREDENTIALS_DIRECTORY": credentials}, configure=False)
        house.first_polls("inside", base[7:] + "/listed", "basic", "bearer", "own", "lead", "far", "big")
        sent = {name: absolute(house.scripted.asked("/" + name)[0])
                for name in ("basic", "bearer", "own", "lead")}
        agent = sent["basic"].pop("user-agent")
        equal(sent["basic"], {"authorization": "Basic bWU6czNjcmV0LXBhc3M="}, "user and password")
        equal(sent["bearer"]["authorization"], "Bearer s3cret-token", "bearer")
        equal(sent["own"], {"cookie": "id=s3cret-cookie", "x-key": "k", "user-agent": "odd/1"}, "own words")
        equal(house.scripted.asked("/own")[0]["accept"], "text/xml", "a header of ours that is replaced")
        equal(sent["lead"]["authorization"], "Bearer s3cret-token", "to the host that is configured")
        equal(absolute(there.asked("/land")[0]), {"user-agent": agent}, "where it redirects to")
        equal(len(there.asked("http://far.invalid/p")), 1, "requests by the proxy")
        contains(house.tool("feed", "big"), "longer than 2048 bytes", "the limit")
        equal([house.scripted.asked("/" + name)[0].get("authorization") for name in ("inside", "listed")],
              ["Basic eW91OnMzY3JldC11cmw=", "Basic d2U6czNjcmV0LWxpc3Q="], "from the addresses")
        def tool(*arguments):
            return newsbell(arguments[0], "-c", house.conf, "--state", house.state, *arguments[1:],
                            env={"CREDENTIALS_DIRECTORY": credentials})[1]

        contains(tool("export"), base + "/inside", "the export")
        with open(f"/proc/{house.daemon.pid}/cmdline", encoding="utf-8") as f:
            argv = f.read()
        for where, text in (("log", house.daemon.log_text()), ("arguments", argv),
                            ("database", str(house.sql("SELECT * FROM feed"))),
                            ("tool", "".join(tool(*a) for a in (
                                ["feeds", "--json"], ["feed", "inside"], ["export"], ["items"])))):
            true("s3cret" not in text and "czNjcmV0" not in text, f"a secret in the {where}")


def serve_tls(origin, pem, key):
    """The origin speaks TLS and wants a certificate of ours."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(pem)
    plain = origin.server.get_request

    def get_request():
        connection, address = plain()
        connection.settimeout(10)
        return context.wrap_socket(connection, server_side=True), address

    origin.server.get_request = get_request


@suite.case
def certificates_both_ways():
    with House() as house:
        open_house(house)
        pem, key = certificate(house.dir)
        tls = house.scripted
        serve_tls(tls, pem, key)
        tls.answers["/x"] = http(rss([ICE]))
        url = f"https://localhost:{tls.port}/x"
        house.feed("mutual", url, backfill="all", ca_file=pem, client_cert=pem, client_key=key)
        house.feed("unknown-ca", url + "?1", client_cert=pem, client_key=key)
        house.feed("no-certificate", url + "?2", ca_file=pem)
        house.start()
        house.first_polls("mutual", "unknown-ca", "no-certificate")
        house.hook.wait(1)
        equal(told(house), [("mutual", "1")], "what rang")
        contains(house.tool("feed", "unknown-ca"), "certificate", "why not the second")
        equal([f for (f,) in house.sql("SELECT name FROM feed WHERE failures > 0 ORDER BY name")],
              ["no-certificate", "unknown-ca"], "feeds that failed")


HTTP2 = """
daemon off; user {user} {group}; worker_processes 1; pid {dir}/pid; error_log {dir}/error.log; events {{ }}
http {{
    log_format asked '$server_protocol $status'; access_log {dir}/asked.log asked;
    client_body_temp_path {dir}/1; proxy_temp_path {dir}/2; fastcgi_temp_path {dir}/3;
    uwsgi_temp_path {dir}/4; scgi_temp_path {dir}/5;
    server {{
        listen 127.0.0.1:{port} ssl http2; root {dir};
        ssl_certificate {pem}; ssl_certificate_key {key};
    }}
}}
"""


@suite.case
def http2_where_it_is_offered():
    with House() as house:
        open_house(house)
        pem, key = certificate(house.dir)
        directory = house.dir + "/h2"
        os.mkdir(directory)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        house.write("h2/x.xml", rss([ICE]).decode())
        conf = house.write("h2/conf", HTTP2.format(
            dir=directory, port=port, pem=pem, key=key, user=pwd.getpwuid(os.getuid()).pw_name,
            group=grp.getgrgid(os.getgid()).gr_name))
        nginx = subprocess.Popen(["nginx", "-p", directory, "-c", conf], preexec_fn=die_with_parent,
                                 env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin"})
        try:
            wait_for(lambda: os.path.exists(directory + "/pid"), "nginx to start")
            house.feed("x", f"https://localhost:{port}/x.xml", backfill="all", ca_file=pem)
            house.start()
            house.hook.wait(1)
            house.poll("x")
        finally:
            nginx.terminate()
            nginx.wait()
        with open(directory + "/asked.log", encoding="utf-8") as f:
            equal(f.read().splitlines(), ["HTTP/2.0 200", "HTTP/2.0 304"], "what nginx was asked")


# ---- other programs' lists ----

IMPORTS = [
    ("opml", opml(("The Bee", "https://bee.example/rss", "press")).decode()),
    ("urls", 'https://bee.example/rss "~The Bee" press\n'),
    ("rss2email.cfg", "[DEFAULT]\nfrom = a@b.example\n[feed.bee]\nurl = https://bee.example/rss\n"),
    ("feeds.csv", "title,url,tags\nThe Bee,https://bee.example/rss,press\n"),
    ("filtered urls", '"filter:/usr/local/bin/mend -x:https://bee.example/rss" press\n'
                      '"exec:/usr/local/bin/make a"\n'),
]


@suite.rows(IMPORTS)
def an_imported_list_is_configuration_and_nothing_is_written(text):
    with House() as house:
        open_house(house)
        house.configure()
        before = sorted(os.listdir(house.dir)), sorted(os.listdir(house.etc))
        status, out, errors = newsbell("import", "-", stdin=text.encode())
        equal((status, (sorted(os.listdir(house.dir)), sorted(os.listdir(house.etc)))), (0, before),
              f"status and files; {errors}")
        contains(out, "url = https://bee.example/rss\n", "the feed")
        os.mkdir(house.etc + "/conf.d")
        house.write("etc/conf.d/feeds.conf", out)
        contains(house.tool("check"), "good: ", "newsbell check")
        if "filter:" in text:
            contains(out, "filter = /usr/local/bin/mend -x\n", "the filter")
            contains(out, "url = exec:/usr/local/bin/make a\n", "the program")


suite.run()
