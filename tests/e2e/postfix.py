"""Postfix, a mail server of the real world: STARTTLS demanded, mails into maildirs.

All it uses is below a directory of its own; the machine's mail, if there is any, is left alone.
Its master takes root.
"""

import email
import email.policy
import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile

from receivers import certificate
from suite import die_with_parent, true, wait_for

DAEMONS = "/usr/lib/postfix/sbin"

MAIN = """compatibility_level = 3.6
daemon_directory = {daemons}
queue_directory = {dir}/queue
data_directory = {dir}/data
maillog_file = {dir}/log
maillog_file_prefixes = {dir}
inet_interfaces = 127.0.0.1
myhostname = mta.test
mydestination =
local_recipient_maps =
alias_maps =
smtputf8_enable = yes
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = {pem}
smtpd_tls_key_file = {key}
smtpd_relay_restrictions = reject_unauth_destination
smtpd_peername_lookup = no
virtual_mailbox_domains = example.org
virtual_mailbox_base = {dir}/mail
virtual_mailbox_maps = inline:{{ {boxes} }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{uid}
virtual_minimum_uid = 1
"""

MASTER = """{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
virtual unix - n n - - virtual
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""

QUEUE = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private")


def why_not():
    """Why it cannot run here, or None."""
    if not os.path.exists(os.path.join(DAEMONS, "master")):
        return "Postfix is not installed"
    if os.geteuid() != 0:
        return "Postfix takes root"
    return None


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Postfix:
    """boxes: local parts of example.org that exist."""

    def __init__(self, boxes=("desk",)):
        # its processes are not root and must get there: not below a house, which is 0700
        self.dir = tempfile.mkdtemp(prefix="newsbell-mta-")
        os.chmod(self.dir, 0o755)
        self.pem, self.key = certificate(self.dir)
        self.port = free_port()
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"smtp://{self.host}"
        postfix, mail = pwd.getpwnam("postfix"), pwd.getpwnam("mail")
        for name in ("queue", "data", "mail", *(f"queue/{part}" for part in QUEUE)):
            os.mkdir(os.path.join(self.dir, name), 0o755)
            if name != "queue":
                os.chown(os.path.join(self.dir, name), postfix.pw_uid, postfix.pw_gid)
        os.mkdir(os.path.join(self.dir, "queue", "public"), 0o755)
        os.mkdir(os.path.join(self.dir, "queue", "pid"), 0o755)
        os.mkdir(os.path.join(self.dir, "queue", "maildrop"), 0o755)
        os.chown(os.path.join(self.dir, "queue", "public"), postfix.pw_uid, postfix.pw_gid)
        os.chown(os.path.join(self.dir, "mail"), mail.pw_uid, mail.pw_gid)
        self.write("main.cf", MAIN.format(
            daemons=DAEMONS, uid=mail.pw_uid, **vars(self),
            boxes=", ".join(f"{{ {box}@example.org = {box}/ }}" for box in boxes)))
        self.write("master.cf", MASTER.format(port=self.host))
        self.process = subprocess.Popen(
            [os.path.join(DAEMONS, "master"), "-c", self.dir, "-d"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, preexec_fn=die_with_parent)
        try:
            wait_for(lambda: self.answers() or self.process.poll() is not None, "Postfix to listen")
            true(self.process.poll() is None, f"Postfix to run:\n{self.log()}")
        except AssertionError:
            self.close()
            raise

    def write(self, name, text):
        with open(os.path.join(self.dir, name), "w", encoding="utf-8") as f:
            f.write(text)

    def log(self):
        try:
            with open(os.path.join(self.dir, "log"), encoding="utf-8", errors="replace") as f:
                return f.read()
        except OSError:
            return ""

    def answers(self):
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=5) as s:
                return s.noop()[0] == 250
        except OSError:
            return False

    def mails(self, box="desk"):
        """The messages in a box, as the standard library reads them."""
        new = os.path.join(self.dir, "mail", box, "new")
        found = []
        for name in sorted(os.listdir(new)) if os.path.isdir(new) else []:
            with open(os.path.join(new, name), "rb") as f:
                found.append(email.message_from_binary_file(f, policy=email.policy.default))
        return found

    def wait(self, n, box="desk"):
        wait_for(lambda: len(self.mails(box)) >= n, f"{n} mails in {box}")
        return self.mails(box)

    def close(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait()
        shutil.rmtree(self.dir, ignore_errors=True)
