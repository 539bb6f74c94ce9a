#!/usr/bin/env python3
"""examples/ as they are shipped: good by `newsbell check`, and ringing what the README shows."""

import json
import os
import re
import shutil
import subprocess

from feeds import item, rss
from house import BUILD, EX_OK, House, SOURCE, newsbell
from suite import Suite, contains, die_with_parent, equal, true, wait_for

suite = Suite()

EXAMPLES = os.path.join(SOURCE, "examples")


def shipped():
    with open(os.path.join(EXAMPLES, "newsbell.conf"), encoding="utf-8") as f:
        return f.read()


@suite.case
def they_are_good():
    status, _, errors = newsbell("check", "-c", os.path.join(EXAMPLES, "newsbell.conf"))
    equal((status, errors), (EX_OK, ""), "status and errors")


@suite.case
def what_is_left_out_is_good_too():
    """The sections that stand there to be switched on, switched on."""
    with House() as house:
        text = re.sub(r"^#(\[|\w+ +=)", r"\1", shipped(), flags=re.M)
        text = text.replace("@credential:smtp", "@file:" + house.write("etc/s", "x", 0o600))
        true(text.count("[") > shipped().count("\n["), "something was switched on")
        house.write("etc/newsbell.conf", text)
        shutil.copytree(os.path.join(EXAMPLES, "watchlists"), house.etc + "/watchlists",
                        dirs_exist_ok=True)
        status, _, errors = newsbell("check", "-c", house.conf)
        equal((status, errors), (EX_OK, ""), "status and errors")


@suite.case
def they_ring():
    with House() as house:
        www = os.path.join(house.dir, "www")
        shutil.copytree(os.path.join(EXAMPLES, "feeds"), www)
        shutil.copytree(os.path.join(EXAMPLES, "watchlists"), house.etc + "/watchlists",
                        dirs_exist_ok=True)
        port_path = os.path.join(house.dir, "port")
        with open(port_path, "wb") as f:
            server = subprocess.Popen([os.path.join(BUILD, "examples", "serve"), "-p", "0", www],
                                      stdout=f, stderr=subprocess.DEVNULL,
                                      preexec_fn=die_with_parent)
        try:
            with open(port_path, encoding="ascii") as f:
                port = wait_for(lambda: (f.seek(0), f.read().strip())[1], "the port")
            house.write("etc/newsbell.conf", re.sub(r"127\.0\.0\.1:\d+", f"127.0.0.1:{port}",
                                                    shipped()))
            house.start("-f", configure=False)
            house.first_polls("harbour-courier", "stack-ledger")
            house.wait_settled()
            equal(house.daemon.stop(), EX_OK, "exit status")
        finally:
            server.terminate()
            server.wait()
        check(house.printed())


def check(printed):
    heads = sorted(re.findall(r"^\[\w+\] (.*)\n    (.*)$", printed, flags=re.M))
    equal(heads, sorted([
        ("agencies: ICE", "ICE’s new case system moves to the cloud"),
        ("vendors: Microsoft", "ICE’s new case system moves to the cloud"),
        ("technologies: Azure", "ICE’s new case system moves to the cloud"),
        ("agencies: Europol, Frontex", "Europol and Frontex share a pier for the summer"),
        ("vendors: AT&T", "AT&T retires its last switch room, runs on Kubernetes"),
        ("technologies: Kubernetes", "AT&T retires its last switch room, runs on Kubernetes"),
        ("technologies: facial recognition, licence plate reader*",
         "City council votes against facial recognition at the market"),
        ("vendors: Oracle", "Oracle’s lawyers and Oracle’s engineers disagree in public"),
        ("technologies: .NET, C++", "Oracle’s lawyers and Oracle’s engineers disagree in public"),
    ]), "what rings")
    for title in ("Frozen ice", "Oracle of Omaha", "4,000 shells", "shell script"):
        true(title not in printed, f"{title} rings nobody")
    contains(printed, "The Harbour Courier", "where it stood")


@suite.case
def the_dashboard_and_the_rules_name_metrics_that_there_are():
    """A name in an expression that no metric has would be an empty panel, or an alert that never rings."""
    with House() as house:
        house.origin.publish("news.xml", rss([item("1", "ICE moves")]))
        house.feed("paper", house.origin.base + "/news.xml", backfill="all")
        house.list("agencies", "ICE")
        secret = house.write("etc/room.secret", "http://127.0.0.1:9/none\n", 0o600)
        house.channel("room", type="slack", url="@file:" + secret)  # something stays pending
        house.start()
        house.first_polls("paper")
        status, text, errors = newsbell("metrics", "-c", house.conf, "--state", house.state)
        equal((status, errors), (EX_OK, ""), "status and errors")
        there = set(re.findall(r"^(newsbell_\w+)", text, flags=re.M))
        labels = set(re.findall(r"[{,](\w+)=", text)) | {"job"}  # that is Prometheus's own
        with open(os.path.join(EXAMPLES, "prometheus", "grafana.json"), encoding="utf-8") as f:
            panels = [t["expr"] for p in json.load(f)["panels"] for t in p["targets"]]
        with open(os.path.join(EXAMPLES, "prometheus", "newsbell.rules.yml"), encoding="utf-8") as f:
            rules = re.findall(r"^\s+expr: (.*)$", f.read(), flags=re.M)
        true(panels and rules, "expressions")
        for expression in panels + rules:
            named = set(re.findall(r"newsbell_\w+", expression))
            equal(sorted(named - there), [], f"metrics of {expression}")
            used = set(re.findall(r"[{,]\s*(\w+)\s*=", expression))
            equal(sorted(used - labels), [], f"labels of {expression}")
        for wanted in ("feed", "watch", "channel", "le", "what"):
            true(wanted in labels, f"a figure for each {wanted}")


@suite.case
def the_documents_name_commands_and_options_that_there_are():
    names = set(newsbell("help", "--names")[1].split())
    options = {name: set(newsbell("help", "--options", name)[1].split()) for name in names}
    seen = set()
    for path in ["README.md", *(f"doc/{f}" for f in os.listdir(SOURCE + "/doc") if f.endswith(".md"))]:
        with open(os.path.join(SOURCE, path), encoding="utf-8") as f:
            text = f.read()
        for line in re.findall(r"(?:^|`|build/)newsbell ((?:[a-z]+)\b[^`\n|#>]*)", text, flags=re.M):
            command, _, rest = line.partition(" ")
            used = re.findall(r"(?<![\w-])--[a-z-]+", rest)
            if command not in names and not used:
                continue  # a sentence
            true(command in names, f"{path}: newsbell {line}: there is no such command")
            equal([o for o in used if o not in options[command]], [], f"{path}: newsbell {line}")
            seen.add(command)
    true(len(seen) > 15, f"commands in the documents: {seen}")


suite.run()
