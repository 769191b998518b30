"""The life of a session and of a refresh token. Usage: python sessions.py HOST PORT FOLDER [MASTER]

FOLDER is where the Secret of the role is mounted: its file `password` is read, and nothing else tells the password. With
`ca.crt` in it, TLS is spoken. With MASTER, HOST is a Sentinel, or several with commas between, who are asked for it.
"""

import hashlib
import secrets
import sys
import time
from base64 import urlsafe_b64encode
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, ResponseError, TimeoutError
from redis.retry import Retry
from redis.sentinel import Sentinel


def connect(hosts: str, port: str, folder: str, master: str | None = None) -> Redis:
    options = {
        "username": "application",
        "password": Path(folder, "password").read_text(),
        "decode_responses": True,
        "socket_timeout": 2,
        # A call whose connection is lost fails at once. By default the client would send it again, and a refresh token
        # that is rotated twice ends its family.
        "retry": Retry(NoBackoff(), 0),
    }
    if Path(folder, "ca.crt").exists():
        options |= {
            "ssl": True,
            "ssl_ca_certs": f"{folder}/ca.crt",
            "ssl_certfile": f"{folder}/tls.crt",
            "ssl_keyfile": f"{folder}/tls.key",
            "ssl_check_hostname": True,
        }
    if master is None:
        return Redis(host=hosts, port=int(port), **options)
    sentinels = [(host, int(port)) for host in hosts.split(",")]
    return Sentinel(sentinels, sentinel_kwargs=options, **options).master_for(master)


def new_token() -> str:
    """The user's device keeps the token; Redis knows it by its id only."""
    return secrets.token_urlsafe(32)


def id_of(token: str) -> str:
    digest = hashlib.sha256(token.encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def code_of(error: ResponseError) -> str:
    return str(error).split(" ")[0]


def record_of(flat):
    """A record comes as name, value, name, value; None is none."""
    return None if flat is None else dict(zip(flat[::2], flat[1::2]))


def retried(work):
    """Three tries, when the connection is lost; `work` is told whether it was tried before."""
    for attempt in (1, 2, 3):
        try:
            return work(attempt > 1)
        except (ConnectionError, TimeoutError):
            if attempt == 3:
                raise
            time.sleep(attempt * 0.2)


class Sessions:
    def __init__(self, redis: Redis):
        self.redis = redis

    def call(self, name, keys, *args):
        return self.redis.fcall(name, len(keys), *keys, *args)

    def _new(self, name, keys, ttl, fields):
        """Safe to repeat with the same id: EXISTS says that an earlier try has arrived."""

        def work(again):
            try:
                pairs = [text for pair in fields.items() for text in pair]
                self.call(name, keys, ttl, *pairs)
            except ResponseError as error:
                if not again or code_of(error) != "EXISTS":
                    raise

        retried(work)

    def create(self, id, user, ttl, fields):
        keys = [f"session:{id}", f"user_sessions:{user}", "session_cleanup", "session_stats"]
        self._new("session_create", keys, ttl, fields)

    def get(self, id):
        return record_of(self.call("session_get", [f"session:{id}"]))

    def touch(self, id, ttl):
        """Reads the session as get does, and lets it live for a whole TTL from now."""
        return record_of(self.call("session_touch", [f"session:{id}", "session_cleanup"], ttl))

    def list(self, user):
        found = self.call("session_list", [f"user_sessions:{user}"])
        return [(id, expires, record_of(flat)) for id, expires, flat in found]

    def revoke(self, id):
        return self.call("session_revoke", [f"session:{id}", "session_cleanup", "session_stats"])

    def issue_refresh_token(self, id, user, ttl, fields):
        keys = [f"refresh_token:{id}", f"user_refresh_tokens:{user}", "refresh_token_cleanup", "session_stats"]
        self._new("refresh_issue", keys, ttl, fields)

    def get_refresh_token(self, id):
        return record_of(self.call("refresh_get", [f"refresh_token:{id}"]))

    def rotate_refresh_token(self, old_id, new_id, ttl):
        """Sent again only where the new token is not there: after a try that arrived it would be a replay."""
        keys = [f"refresh_token:{old_id}", f"refresh_token:{new_id}", "refresh_token_cleanup", "session_stats"]

        def work(again):
            arrived = self.get_refresh_token(new_id) if again else None
            return arrived or record_of(self.call("refresh_rotate", keys, ttl)[1])

        return retried(work)


def main(*where):
    redis = connect(*where)
    sessions = Sessions(redis)
    user = f"example-{secrets.token_hex(6)}"
    print("ping:", "PONG" if redis.ping() else "no")

    id = id_of(new_token())
    sessions.create(id, user, 600, {"device": "phone", "theme": "dark"})
    print("session_create: done")

    fields = sessions.get(id)
    print(f"session_get: device {fields['device']}, theme {fields['theme']}")

    touched = sessions.touch(id, 1200)
    print(f"session_touch: device {touched['device']}")

    for listed, expires, fields in sessions.list(user):
        minutes = round((expires / 1000 - time.time()) / 60)
        own = "this session" if listed == id else "another session"
        print(f"session_list: {own}, device {fields['device']}, {minutes} minutes to live")

    first, second = id_of(new_token()), id_of(new_token())
    sessions.issue_refresh_token(first, user, 600, {"device": "phone"})
    print("refresh_issue: done")

    rotated = sessions.rotate_refresh_token(first, second, 600)
    print(f"refresh_rotate: device {rotated['device']}")

    # Somebody shows the first token again: all tokens that came from it end, and its user is to sign in again.
    try:
        sessions.rotate_refresh_token(first, id_of(new_token()), 600)
    except ResponseError as error:
        if code_of(error) != "REUSED":
            raise
        print("refresh_rotate of a used token: REUSED")
    print("refresh_get:", "a token" if sessions.get_refresh_token(second) else "none")

    print(f"session_revoke: {sessions.revoke(id)}")
    print("session_get:", "a session" if sessions.get(id) else "none")


main(*sys.argv[1:])
